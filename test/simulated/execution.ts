/** How a program ended and what it wrote. */
export interface Execution {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

export const succeeded: Execution = { status: 0, stdout: '', stderr: '' };

export function printed(stdout: string): Execution {
  return { status: 0, stdout, stderr: '' };
}

/** A failure with one line on stderr. */
export function refused(status: number, message: string): Execution {
  return { status, stdout: '', stderr: `${message}\n` };
}
