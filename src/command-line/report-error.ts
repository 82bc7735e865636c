import { type Detail, type ErrorCode, LvsError } from '../model/errors.ts';

/** What an error looks like under `--json`. */
export interface ErrorDocument {
  readonly version: 1;
  readonly error: {
    readonly code: ErrorCode;
    readonly message: string;
    readonly details: readonly Detail[];
    readonly hint?: string;
  };
}

/** Tells the user, on stderr or, under `--json`, as the one document on stdout; sets the exit status. */
export function reportError(error: unknown, words: readonly string[]): void {
  const known = error instanceof LvsError ? error : internalError(error);
  if (wantsJson(words)) process.stdout.write(`${JSON.stringify(errorDocument(known))}\n`);
  else process.stderr.write(`${renderError(known)}\n`);
  if (process.env.DEBUG !== undefined) process.stderr.write(`${stackOf(known)}\n`);
  process.exitCode = known.exitStatus;
}

export function errorDocument({ code, message, details, hint }: LvsError): ErrorDocument {
  return { version: 1, error: { code, message, details, ...(hint === undefined ? {} : { hint }) } };
}

/** The message, a line for each detail, and what to try. */
export function renderError({ message, details, hint }: LvsError): string {
  return [
    // No line of what others wrote is to look like one of ours.
    `lvs: ${indented(message, 2)}`,
    // What the message says itself is there for programs.
    ...details
      .filter((detail) => !message.includes(detail.message))
      .map((detail) => `  ${indented(renderDetail(detail), 4)}`),
    ...(hint === undefined ? [] : [`hint: ${indented(hint, 2)}`]),
  ].join('\n');
}

function indented(text: string, by: number): string {
  return text.replaceAll('\n', `\n${' '.repeat(by)}`);
}

/** The message says it all; `found`, `allowed` and `hint` stand beside it for programs. */
function renderDetail({ message, file, line, column, router }: Detail): string {
  const place = [file, line, column].filter((part) => part !== undefined).join(':') || router;
  return place === undefined ? message : `${place}: ${message}`;
}

function internalError(cause: unknown): LvsError {
  const message = cause instanceof Error ? cause.message : String(cause);
  return new LvsError('internal', `internal error: ${message}`, {
    hint: 'this is a fault of lvs itself; please report it, with what it prints when DEBUG=lvs is set',
    cause,
  });
}

function stackOf(error: LvsError): string {
  const { cause } = error;
  return (cause instanceof Error ? cause.stack : error.stack) ?? error.message;
}

function wantsJson(words: readonly string[]): boolean {
  const end = words.indexOf('--');
  return words.slice(0, end === -1 ? words.length : end).includes('--json');
}
