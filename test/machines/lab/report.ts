export interface Verdict {
  readonly experiment: string;
  readonly what: string;
  readonly holds: boolean;
}

/** What an experiment finds, printed as it is found. */
export class Report {
  readonly verdicts: Verdict[] = [];
  /** How long two routers answered for the address, a time each, in milliseconds. */
  readonly twoOwners: number[] = [];

  readonly experiment: string;
  private readonly write: (line: string) => void;

  constructor(experiment: string, write: (line: string) => void) {
    this.experiment = experiment;
    this.write = write;
  }

  note(text: string): void {
    for (const line of text.split('\n')) this.write(`${time()} ${this.experiment}: ${line}`);
  }

  /** @param seen shown when it does not hold */
  expect(what: string, holds: boolean, seen = ''): void {
    this.verdicts.push({ experiment: this.experiment, what, holds });
    this.note(
      `${holds ? '✓' : '✗'} ${what}${holds || seen === '' ? '' : `\n    ${seen.trim().split('\n').join('\n    ')}`}`,
    );
  }
}

/** How many of them are how long. */
export function distribution(lengths: readonly number[]): string {
  const bounds = [250, 500, 1000, 2000, 5000, 10_000, 15_000, Number.POSITIVE_INFINITY];
  const rows = bounds.map((bound, index) => {
    const below = bounds[index - 1] ?? 0;
    const count = lengths.filter((length) => length > below && length <= bound).length;
    return `${bound === Number.POSITIVE_INFINITY ? 'longer' : `≤ ${bound / 1000} s`}: ${count}`;
  });
  const longest = lengths.length === 0 ? 'never' : `longest ${(Math.max(...lengths) / 1000).toFixed(1)} s`;
  return `two owners at once: ${lengths.length} times, ${longest} (${rows.join(', ')})`;
}

function time(): string {
  return new Date().toISOString().slice(11, 19);
}
