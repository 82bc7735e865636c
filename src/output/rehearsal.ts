import type { RehearsalEvent } from '../rehearsal/events.ts';
import { progressOf } from '../rehearsal/progress.ts';
import { own } from './guard.ts';
import type { Paint } from './paint.ts';

interface Output {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/**
 * Tells how a rehearsal goes: on a terminal what is being done now, in one line that is drawn again and again; elsewhere a
 * line a step. The commands that were run stay visible, with what they printed.
 */
export function rehearsalNarrator(output: Output, paint: Paint): { tell(event: RehearsalEvent): void; end(): void } {
  const terminal = output.isTTY === true;
  const clear = () => (terminal ? own('\r\u001b[K') : '');
  return {
    tell: (event) => {
      if (event.type === 'command-finished') {
        const { router, command, output: printed } = event;
        const lines = printed
          .trimEnd()
          .split('\n')
          .map((line) => `  ${line}`);
        output.write(`${clear()}${paint.strong(`${router}# ${command}`)}\n${lines.join('\n')}\n`);
        return;
      }
      const progress = progressOf(event);
      if (progress === null || event.type === 'command-started') return;
      output.write(terminal ? `${clear()}${paint.quiet(`${progress} …`)}` : `${progress}\n`);
    },
    end: () => {
      output.write(clear());
    },
  };
}
