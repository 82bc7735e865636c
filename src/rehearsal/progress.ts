import type { RehearsalEvent } from './events.ts';

/** What to say while a rehearsal runs, one line; null: nothing new to say. */
export function progressOf(event: RehearsalEvent): string | null {
  switch (event.type) {
    case 'step':
      return event.detail;
    case 'command-started':
      return `${event.router}# ${event.command}`;
    default:
      return null;
  }
}
