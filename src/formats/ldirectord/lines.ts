import { syntaxError } from '../syntax-error.ts';
import { linesIn } from '../text-lines.ts';
import type { Place } from '../warnings.ts';

/** `key = value`, as ldirectord reads it: quotes are each directive's own affair. */
export interface Setting {
  readonly key: string;
  readonly value: string;
  /** The line as it stands there. */
  readonly text: string;
  readonly place: Place;
}

/** `virtual = …` with the indented lines under it. */
export interface VirtualSection {
  readonly head: Setting;
  readonly settings: readonly Setting[];
}

export interface Sections {
  readonly global: readonly Setting[];
  readonly virtuals: readonly VirtualSection[];
}

/**
 * Takes an ldirectord.cf apart, by indentation as ldirectord does: what is indented belongs to the virtual server above, and an
 * empty line ends that.
 * @throws LvsError invalid-input with the first line that is none of it
 */
export function readSections(text: string, file: string): Sections {
  const global: Setting[] = [];
  const virtuals: { head: Setting; settings: Setting[] }[] = [];
  let current: Setting[] | null = null;
  for (const { line: raw, place } of linesIn(text, file)) {
    // A comment may stand between the lines of a section; an empty line may not.
    if (/^\s*#/.test(raw)) continue;
    if (raw.trim() === '') {
      current = null;
      continue;
    }
    const indented = /^(?: {4,}| *\t)/.test(raw);
    if (indented && current === null) {
      throw syntaxError(
        place,
        `found "${raw.trim()}", indented and under no virtual server; allowed there: virtual = …`,
      );
    }
    if (!indented && /^\s/.test(raw)) {
      throw syntaxError(place, `found "${raw.trim()}" behind too few blanks; allowed: at least 4, or a tab`);
    }
    // Global lines have no comments behind them, indented ones have.
    const setting = readSetting(indented ? withoutComment(raw) : raw, place);
    if (setting === null) continue;
    if (current !== null && indented) current.push(setting);
    else if (/^virtual6?$/.test(setting.key)) {
      current = [];
      virtuals.push({ head: setting, settings: current });
    } else {
      current = null;
      global.push(setting);
    }
  }
  return { global, virtuals };
}

/** As ldirectord does it: within quotes, too. */
function withoutComment(line: string): string {
  return line.replace(/#.*/, '');
}

function readSetting(line: string, place: Place): Setting | null {
  const text = line.trim();
  if (text === '') return null;
  // An old way to write it.
  if (text === 'supervised') return { key: text, value: 'yes', text, place };
  const [, key, value] = /^([a-z_]+6?)\s*=\s*(.*)$/.exec(text) ?? [];
  if (key === undefined || value === undefined)
    throw syntaxError(place, `found "${text}"; allowed: KEY = VALUE`, { found: text });
  return { key, value, text, place };
}
