/** Where something stands in a file that is imported. */
export interface Place {
  /** As the user named it, or as an include did. */
  readonly file: string;
  /** 1-based. */
  readonly line: number;
}

/** Something that has no counterpart on the other side. */
export interface Warning {
  /** Null: it is about no place in particular. */
  readonly place: Place | null;
  /** What stands there. */
  readonly text: string;
  /** What that means for the cluster: a sentence without its full stop. */
  readonly means: string;
}

/** `lvs.cf:12: "debug_level = NONE": the log of lvs is its output`. */
export function warningText({ place, text, means }: Warning): string {
  return `${place === null ? '' : `${place.file}:${place.line}: `}${text === '' ? '' : `"${text}": `}${means}`;
}

/** Collects the warnings of one run, in the order in which they come up. */
export class Warnings {
  private readonly list: Warning[];

  constructor(before: readonly Warning[] = []) {
    this.list = [...before];
  }

  add(place: Place | null, text: string, means: string): void {
    this.list.push({ place, text, means });
  }

  /** In the order of the file, those about no place last; each once. */
  get all(): readonly Warning[] {
    const seen = new Set<string>();
    const once = this.list.filter((warning) => {
      const text = warningText(warning);
      return !seen.has(text) && seen.add(text);
    });
    const rank = ({ place }: Warning) => place?.line ?? Number.MAX_SAFE_INTEGER;
    const files = [...new Set(once.map(({ place }) => place?.file))];
    const order = (warning: Warning) => (warning.place === null ? files.length : files.indexOf(warning.place.file));
    return once.sort((a, b) => order(a) - order(b) || rank(a) - rank(b));
  }
}
