import { parseNetmask } from '../../grammar/netmask.ts';
import type { Family } from '../../model/state.ts';
import type { Warnings } from '../warnings.ts';
import { withoutCounterpart } from './globals.ts';
import type { Setting } from './lines.ts';
import { numberIn, unquoted, wrong, yesOrNo } from './words.ts';

/** The lines of one virtual server, read one by one; of one that stands twice the last is meant. */
export class Options {
  private readonly asked = new Set<string>();
  private readonly settings: readonly Setting[];
  private readonly family: Family;
  private readonly warnings: Warnings;

  constructor(settings: readonly Setting[], family: Family, warnings: Warnings) {
    this.settings = settings;
    this.family = family;
    this.warnings = warnings;
  }

  one(key: string): Setting | undefined {
    this.asked.add(key);
    return this.settings.findLast((setting) => setting.key === key);
  }

  /** real or real6, in their order. */
  all(key: string): Setting[] {
    const [right, other] = this.family === 'ipv6' ? [`${key}6`, key] : [key, `${key}6`];
    const wrongOne = this.settings.find((setting) => setting.key === other);
    if (wrongOne !== undefined) throw wrong(wrongOne, `${right} here`);
    this.asked.add(right);
    return this.settings.filter((setting) => setting.key === right);
  }

  place(key: string) {
    return this.one(key)?.place;
  }

  text(key: string): string | null {
    const setting = this.one(key);
    return setting === undefined ? null : unquoted(setting.value.trim());
  }

  word(key: string, form: RegExp, allowed: string): string | null {
    const setting = this.one(key);
    if (setting === undefined) return null;
    const value = unquoted(setting.value.trim());
    if (!form.test(value)) throw wrong(setting, allowed);
    return value;
  }

  number(key: string, minimum: number, maximum: number): number | null {
    const setting = this.one(key);
    return setting === undefined ? null : numberIn(setting, minimum, maximum);
  }

  yesOrNo(key: string): boolean | null {
    const setting = this.one(key);
    return setting === undefined ? null : yesOrNo(setting);
  }

  netmask(): number | null {
    const setting = this.one('netmask');
    if (setting === undefined) return null;
    const mask = parseNetmask(setting.value.trim(), this.family);
    if (mask !== undefined) return mask;
    throw wrong(setting, this.family === 'ipv6' ? 'a prefix length from 1 to 128' : 'a netmask such as 255.255.255.0');
  }

  wrong(key: string, allowed: string) {
    const setting = this.one(key);
    return wrong(setting ?? { key, value: '', text: key, place: { file: '', line: 1 } }, allowed);
  }

  /** Warns of the lines that nobody asked for. */
  unread(): void {
    for (const setting of this.settings) {
      const { key, text, place } = setting;
      if (this.asked.has(key)) {
        if (key.startsWith('real') || this.one(key) === setting) continue;
        this.warnings.add(place, text, 'stands twice: the last one is meant');
        continue;
      }
      this.warnings.add(place, text, meaningOf(key));
    }
  }
}

function meaningOf(key: string): string {
  if (Object.hasOwn(withoutCounterpart, key)) return withoutCounterpart[key] ?? '';
  if (['login', 'passwd', 'database', 'secret'].includes(key)) return 'of a dialogue that lvs does not have: left out';
  if (key === 'netmask') return 'without persistent it has no effect: left out';
  return 'lvs does not know this directive: left out';
}
