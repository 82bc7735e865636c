/** Where what `--fix` sets is kept for the next boot. */
export const sysctlFile = '/etc/sysctl.d/60-lvs.conf';
/** Settings below net.ipv4.vs can only be set when the module is there. */
export const modulesFile = '/etc/modules-load.d/lvs.conf';

const directories = ['/etc/sysctl.d', '/run/sysctl.d', '/usr/local/lib/sysctl.d', '/usr/lib/sysctl.d', '/lib/sysctl.d'];

/** What a setting is to be, and the file that says so. */
export interface KeptSetting {
  readonly value: string;
  readonly file: string;
}

/**
 * What sysctl.d(5) sets at boot, of all of its files: a line `=== PATH` before each. They are read in the order of their names,
 * whatever their directory; of those with one name only the first directory's. /etc/sysctl.conf comes last.
 */
export function settingsAtBoot(text: string): Map<string, KeptSetting> {
  const files = text.split(/^=== /m).slice(1).map(readFile);
  const settings = new Map<string, KeptSetting>();
  const seen = new Set<string>();
  const rankOf = ({ directory }: { directory: string }) => directories.indexOf(directory);
  const ordered = files
    .sort((a, b) => rankOf(a) - rankOf(b))
    .filter(({ directory, name }) => {
      if (directory === '/etc') return true;
      const isFirst = !seen.has(name);
      seen.add(name);
      return isFirst;
    })
    .sort((a, b) => Number(a.directory === '/etc') - Number(b.directory === '/etc') || (a.name < b.name ? -1 : 1));
  for (const { directory, name: file, lines } of ordered) {
    for (const line of lines) {
      const [name, value] = entryOf(line) ?? [];
      if (name !== undefined && value !== undefined) settings.set(name, { value, file: `${directory}/${file}` });
    }
  }
  return settings;
}

/** What our own file says, of the same text. */
export function settingsKept(text: string): Map<string, KeptSetting> {
  const own = text.split(/^(?==== )/m).filter((part) => part.startsWith(`=== ${sysctlFile}\n`));
  return settingsAtBoot(own.join(''));
}

function readFile(text: string): { directory: string; name: string; lines: string[] } {
  const [path = '', ...lines] = text.split('\n');
  const slash = path.lastIndexOf('/');
  return { directory: path.slice(0, slash), name: path.slice(slash + 1), lines };
}

/** Null for what sets nothing. */
function entryOf(line: string): [name: string, value: string] | null {
  const text = line.trim();
  const equals = text.indexOf('=');
  if (/^[#;]/.test(text) || equals < 0) return null;
  // A dash says that it does not matter where that fails.
  const name = text.slice(0, equals).replace(/^-/, '').trim();
  if (name === '' || /\s/.test(name)) return null;
  return [
    canonicalName(name),
    text
      .slice(equals + 1)
      .trim()
      .split(/\s+/)
      .join(' '),
  ];
}

/** Slashes may separate, too; then dots stand for themselves. */
function canonicalName(name: string): string {
  const separator = /[./]/.exec(name)?.[0];
  if (separator !== '/') return name;
  return name.replace(/[./]/g, (each) => (each === '/' ? '.' : '/'));
}

/**
 * A file of settings with some set anew: what stands there stays in its place and order, comments too.
 * @param present null: there is none yet
 */
export function withSettings(present: string | null, settings: readonly (readonly [string, string])[]): string {
  const wanted = new Map(settings);
  const placed = new Set<string>();
  const lines = present === null ? [header] : present.replace(/\n$/, '').split('\n');
  const kept = lines.map((line) => {
    const [name] = entryOf(line) ?? [];
    const value = name === undefined ? undefined : wanted.get(name);
    if (name === undefined || value === undefined) return line;
    placed.add(name);
    return `${name} = ${value}`;
  });
  const added = [...wanted].filter(([name]) => !placed.has(name)).map(([name, value]) => `${name} = ${value}`);
  return `${[...kept, ...added].join('\n')}\n`;
}

const header = '# What "lvs doctor --fix" set on this router, so that it lasts.';

/** The same for modules, a name a line. */
export function withModules(present: string | null, modules: readonly string[]): string {
  const lines = present === null ? [] : present.replace(/\n$/, '').split('\n');
  const missing = modules.filter((module) => !lines.some((line) => line.trim() === module));
  return `${[...lines, ...missing].join('\n')}\n`;
}
