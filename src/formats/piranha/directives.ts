import { syntaxError } from '../syntax-error.ts';
import type { Warnings } from '../warnings.ts';
import type { Block, Directive } from './blocks.ts';

/**
 * The directives of one block, read one by one; of one that stands twice the last is meant. What nobody asked for in the end
 * is told by `unread`.
 */
export class Directives {
  private readonly byKey = new Map<string, Directive>();
  private readonly repeated: Directive[] = [];
  private readonly asked = new Set<string>();

  constructor(block: Block) {
    for (const directive of block.directives) {
      const before = this.byKey.get(directive.key);
      if (before !== undefined) this.repeated.push(before);
      this.byKey.set(directive.key, directive);
    }
  }

  get(key: string): Directive | undefined {
    this.asked.add(key);
    return this.byKey.get(key);
  }

  text(key: string): string | undefined {
    return this.get(key)?.value;
  }

  /** @throws LvsError invalid-input where it is no such number */
  number(key: string, minimum: number, maximum: number): number | undefined {
    const directive = this.get(key);
    if (directive === undefined) return undefined;
    const number = /^\d{1,10}$/.test(directive.value) ? Number(directive.value) : -1;
    if (number >= minimum && number <= maximum) return number;
    throw wrong(directive, `a whole number from ${minimum} to ${maximum}`);
  }

  /** 0 or 1. @throws LvsError invalid-input */
  flag(key: string): boolean | undefined {
    const number = this.number(key, 0, 1);
    return number === undefined ? undefined : number === 1;
  }

  /** @throws LvsError invalid-input where it is none of the words */
  word<Word extends string>(key: string, words: readonly Word[]): Word | undefined {
    const directive = this.get(key);
    if (directive === undefined) return undefined;
    const word = words.find((known) => known === directive.value.toLowerCase());
    if (word === undefined) throw wrong(directive, words.join(', '));
    return word;
  }

  /** Warns of all that nobody asked for: what is known to have no counterpart, and what is not known at all. */
  unread(known: Readonly<Record<string, string>>, warnings: Warnings): void {
    for (const { text, place } of this.repeated) warnings.add(place, text, 'stands twice: the last one is meant');
    for (const { key, text, place } of this.byKey.values()) {
      if (this.asked.has(key)) continue;
      warnings.add(
        place,
        text,
        Object.hasOwn(known, key) ? (known[key] ?? '') : 'lvs does not know this directive: left out',
      );
    }
  }
}

export function wrong({ key, value, place }: Directive, allowed: string) {
  return syntaxError(place, `${key}: found "${value}"; allowed: ${allowed}`, { found: value, allowed });
}
