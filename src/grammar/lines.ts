import { LvsError } from '../model/errors.ts';

/** One line of a program's output, split at white space: columns overflow, so their offsets say nothing. */
export interface Line {
  /** 1-based. */
  readonly number: number;
  readonly text: string;
  readonly words: readonly string[];
}

/** The lines that hold something, in order. */
export function* linesOf(text: string): Generator<Line> {
  let number = 0;
  for (const line of text.split('\n')) {
    number += 1;
    const trimmed = line.trim();
    if (trimmed !== '') yield { number, text: trimmed, words: trimmed.split(/\s+/) };
  }
}

/**
 * The error for a line that cannot be understood: leaving it out would make decisions rest on half the truth.
 * @param source what printed it: `ipvsadm -Sn`
 * @param allowed what would have been understood
 */
export function unreadable(source: string, line: Line, allowed: string): LvsError {
  return new LvsError('read-failed', `${source}: line ${line.number} cannot be understood.`, {
    details: [{ message: `line ${line.number} of ${source}`, line: line.number, found: line.text, allowed }],
    hint: 'Look at that line on the router; a newer program or kernel may have printed it.',
  });
}

/** A whole number of the kernel's, or null where the word is none. */
export function wholeNumber(word: string | undefined): number | null {
  return word !== undefined && /^\d+$/.test(word) ? Number(word) : null;
}

/**
 * The error for an answer that is empty or was cut off although the command succeeded: an empty answer must never be taken for
 * an empty router.
 * @param lacking what a complete answer would have
 */
export function incomplete(source: string, lacking: string): LvsError {
  return new LvsError('read-failed', `${source}: the answer is empty or was cut off (${lacking})`, {
    hint: 'run the same command on the router by hand: it must print a complete answer',
  });
}

/** Of one virtual server ipvsadm leaves the first line out. */
const heading = /^(?:IP Virtual Server version .*\n)? *Prot LocalAddress:Port.*\n *-> RemoteAddress:Port.*\n/;

/**
 * Requires the heading of ipvsadm's listings and of /proc/net/ip_vs, which stands there without any virtual server, too, and the
 * end of the last line.
 * @throws LvsError `read-failed`
 */
export function requireListing(text: string, source: string): void {
  if (!heading.test(text)) throw incomplete(source, 'without its heading');
  requireWholeLines(text, source);
}

/** Requires the end of the last line: half a line may read as another number. Throws `read-failed`. */
export function requireWholeLines(text: string, source: string): void {
  if (text !== '' && !text.endsWith('\n')) throw incomplete(source, 'its last line has no end');
}
