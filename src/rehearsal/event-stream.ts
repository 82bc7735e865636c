import { open } from 'node:fs/promises';
import type { RehearsalEvent } from './events.ts';

const pollMilliseconds = 100;

/** Follows a file to which events are appended from inside the kernel. `stop` passes on what is still in it. */
export function followEvents(file: string, onEvent: (event: RehearsalEvent) => void): { stop(): Promise<void> } {
  let offset = 0;
  let stopped = false;
  const passOn = async () => {
    const text = await textFrom(file, offset);
    // The last line may be under way.
    const whole = text.subarray(0, text.lastIndexOf('\n') + 1);
    offset += whole.length;
    for (const line of whole.toString('utf8').split('\n')) if (line !== '') onEvent(JSON.parse(line) as RehearsalEvent);
  };
  const following = (async () => {
    while (!stopped) {
      await passOn();
      // The kernel cannot wake anybody outside: its writes are those of another process.
      await new Promise((resolve) => setTimeout(resolve, pollMilliseconds));
    }
    await passOn();
  })();
  // Whoever stops it is told.
  following.catch(() => {});
  return {
    stop: () => {
      stopped = true;
      return following;
    },
  };
}

async function textFrom(file: string, offset: number): Promise<Buffer> {
  const handle = await open(file, 'r');
  try {
    const { size } = await handle.stat();
    const text = Buffer.alloc(Math.max(0, size - offset));
    const { bytesRead } = await handle.read(text, 0, text.length, offset);
    return text.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}
