import { secondsIn, wholeNumberIn } from '../numbers.ts';
import { syntaxError } from '../syntax-error.ts';
import type { Warnings } from '../warnings.ts';
import type { Statement } from './blocks.ts';

/** The statements of one block, read one by one; of one that stands twice the last is meant. */
export class Keywords {
  private readonly statements: readonly Statement[];
  private readonly asked = new Set<string>();
  private readonly several = new Set<string>();

  constructor(block: readonly Statement[] | null) {
    this.statements = block ?? [];
  }

  one(...keywords: readonly string[]): Statement | undefined {
    for (const keyword of keywords) this.asked.add(keyword);
    return this.statements.findLast(({ keyword }) => keywords.includes(keyword));
  }

  all(...keywords: readonly string[]): Statement[] {
    for (const keyword of keywords) {
      this.asked.add(keyword);
      this.several.add(keyword);
    }
    return this.statements.filter(({ keyword }) => keywords.includes(keyword));
  }

  /** All that nobody asked for so far. */
  get others(): Statement[] {
    return this.statements.filter(({ keyword }) => !this.asked.has(keyword));
  }

  /** @throws LvsError invalid-input where it is no such number */
  number(keyword: string, minimum: number, maximum: number): number | undefined {
    const statement = this.one(keyword);
    if (statement === undefined) return undefined;
    const number = wholeNumberIn(statement.words[0], minimum, maximum);
    if (number === null) throw wrong(statement, `a whole number from ${minimum} to ${maximum}`);
    return number;
  }

  /** Seconds. @throws LvsError invalid-input */
  seconds(keyword: string, minimum: number, maximum: number): number | undefined {
    const statement = this.one(keyword);
    if (statement === undefined) return undefined;
    const seconds = secondsIn(statement.words[0], minimum, maximum);
    if (seconds === null) throw wrong(statement, `seconds from ${minimum} to ${maximum}`);
    return seconds;
  }

  /** Whether it stands there, and not with a no. @throws LvsError invalid-input */
  flag(keyword: string): boolean | undefined {
    const statement = this.one(keyword);
    if (statement === undefined) return undefined;
    const [word = 'on'] = statement.words;
    if (['on', 'true', 'yes'].includes(word)) return true;
    if (['off', 'false', 'no'].includes(word)) return false;
    throw wrong(statement, 'on, off, true, false, yes, no');
  }

  /** Warns of what nobody asked for: what is known to have no counterpart, and what is not known at all. */
  unread(known: Readonly<Record<string, string>>, warnings: Warnings): void {
    for (const [index, statement] of this.statements.entries()) {
      const { keyword, place } = statement;
      const text = shown(statement);
      if (this.asked.has(keyword)) {
        const later = this.statements.slice(index + 1).some((other) => other.keyword === keyword);
        if (later && !this.several.has(keyword)) warnings.add(place, text, 'stands twice: the last one is meant');
        continue;
      }
      warnings.add(
        place,
        text,
        (Object.hasOwn(known, keyword) && known[keyword]) || 'lvs does not know this keyword: left out',
      );
    }
  }
}

/** As it stands there, a block without what is in it. */
export function shown({ text, block }: Statement): string {
  return block === null ? text : `${text} { … }`;
}

export function wrong({ keyword, words, place }: Statement, allowed: string) {
  const found = words.join(' ');
  return syntaxError(place, `${keyword}: found ${found === '' ? 'nothing' : `"${found}"`}; allowed: ${allowed}`, {
    found,
    allowed,
  });
}
