import { readSync } from 'node:fs';

/** What a configuration that comes from there is called. */
export const standardInput = '(stdin)';

const sliceBytes = 65_536;
const pauseMilliseconds = 5;

/** All of standard input. It may be a pipe that does not block and has nothing yet, which Node's own functions take for a failure. */
export function readStandardInput(): string {
  const slices: Buffer[] = [];
  for (;;) {
    const slice = Buffer.alloc(sliceBytes);
    const length = readSlice(slice);
    if (length === 0) return Buffer.concat(slices).toString('utf8');
    if (length !== null) slices.push(slice.subarray(0, length));
    else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pauseMilliseconds);
  }
}

/** Null: nothing yet. */
function readSlice(slice: Buffer): number | null {
  try {
    return readSync(0, slice);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EAGAIN') return null;
    if (code === 'EOF') return 0;
    throw error;
  }
}
