import type { Fields } from '../plan/change.ts';
import { readableCommand } from './command-line.ts';
import type { ChangeDocument, ChangesDocument, RouterDocument } from './document.ts';
import type { Paint } from './paint.ts';

/**
 * The human view of a plan or of what was done: grouped by router, each change with the commands that do it.
 * @param nothing what to say where nothing is to be done.
 */
export function renderChanges(
  document: ChangesDocument,
  paint: Paint,
  nothing = renderNothing(document.routers),
): string {
  const { config, routers, changed } = document;
  const lines = [paint.quiet(`configuration ${config.file}${config.changed ? ' (edited)' : ''}`)];
  lines.push(...renderUnowned(document, paint));
  for (const router of routers) lines.push(...renderRouter(router, paint));
  const holders = routers.filter(({ role }) => role === 'conflict').map(({ name }) => name);
  if (holders.length > 0)
    lines.push(
      paint.bad(`! ${holders.join(' and ')} both have floating addresses; "lvs failover --to ROUTER" resolves it`),
    );
  lines.push(...renderWayBack(document, paint));
  lines.push(changed ? renderSummary(document) : nothing);
  return lines.join('\n');
}

/** The worst fault that there is comes first. */
function renderUnowned({ unowned = [], applied }: ChangesDocument, paint: Paint): string[] {
  if (unowned.length === 0) return [];
  const what = applied ? 'no router had' : 'no router has';
  return [paint.bad(`! ${what} ${unowned.join(', ')}: nothing ${applied ? 'was' : 'is'} served there`)];
}

function renderWayBack({ wayBack }: ChangesDocument, paint: Paint): string[] {
  if (wayBack === undefined) return [];
  return [
    `Unless it is confirmed within ${wayBack.seconds} s, each router rolls back automatically:`,
    ...wayBack.routers.flatMap(({ name, commands }) => [
      `  ${paint.strong(name)}${commands.length === 0 ? ' has nothing to roll back' : ''}`,
      ...commands.map((command) => paint.quiet(`      ${readableCommand(command)}`)),
    ]),
  ];
}

function renderNothing(routers: readonly RouterDocument[]): string {
  if (routers.some(({ role }) => role === 'conflict')) return 'Nothing to do but that.';
  if (routers.length > 0 && routers.every(({ role }) => role === 'unreachable'))
    return 'No router can be reached: nothing was compared.';
  if (routers.some(({ role }) => role === 'unreachable')) return 'Nothing to do on the routers that answer.';
  return 'Nothing to do: everything is as declared.';
}

function renderSummary({ summary, config, applied }: ChangesDocument): string {
  const verbs = applied
    ? { add: 'added', change: 'changed', remove: 'removed' }
    : { add: 'to add', change: 'to change', remove: 'to remove' };
  const counts = (['add', 'change', 'remove'] as const).filter((action) => summary[action] > 0);
  const parts = counts.map((action) => `${summary[action]} ${verbs[action]}`);
  if (config.changed) parts.push(applied ? 'the configuration written' : 'the configuration to write');
  return `${applied ? 'Done' : 'To do'}: ${parts.join(', ')}.`;
}

function renderRouter(router: RouterDocument, paint: Paint): string[] {
  const { name, role, reason, changes, unmanaged, otherDrift, foreign = [], notes = [] } = router;
  const isRoutine = (change: ChangeDocument) => isKept(change) && !foreign.includes(change.key);
  const lines = [`${paint.strong(name)} ${renderRole(role, paint)}${reason === undefined ? '' : `: ${reason}`}`];
  for (const change of changes.filter((each) => !isRoutine(each))) lines.push(...renderChange(change, paint));
  lines.push(...renderKept(changes.filter(isRoutine), paint));
  if (unmanaged !== undefined) {
    for (const key of unmanaged.virtualServers) lines.push(paint.quiet(`  = ${key} is unmanaged: left alone`));
    for (const address of unmanaged.addresses)
      lines.push(paint.quiet(`  = address ${address} is unmanaged: left alone`));
    for (const role of unmanaged.syncDaemons)
      lines.push(paint.quiet(`  = sync daemon ${role} is unmanaged: left alone`));
  }
  if (otherDrift !== undefined) {
    const differences = otherDrift === 1 ? 'difference' : 'differences';
    lines.push(paint.quiet(`  ${otherDrift} other ${differences} from the configuration; "lvs diff" shows them`));
  }
  for (const note of notes) lines.push(paint.quiet(`  ${note}`));
  return lines;
}

/** What a run keeps on a router for its own sake; JSON has the contents. */
function isKept({ kind, key }: ChangeDocument): boolean {
  return kind === 'file' && (key.startsWith('/etc/lvs/') || /\/lvs-(boot|claim)\.service$/.test(key));
}

/** In one line: they follow from what stands above. */
function renderKept(changes: readonly ChangeDocument[], paint: Paint): string[] {
  if (changes.length === 0) return [];
  const names = new Set(changes.map(({ key }) => key.slice(key.lastIndexOf('/') + 1)));
  return [paint.quiet(`  ~ kept for the next boot: ${[...names].join(', ')}`)];
}

export function renderRole(role: RouterDocument['role'], paint: Paint): string {
  if (role === 'active') return paint.good(role);
  return role === 'backup' ? role : paint.bad(role);
}

const signs = { add: '+', change: '~', remove: '-' } as const;
const colours = { add: 'added', change: 'changed', remove: 'removed' } as const;

function renderChange(change: ChangeDocument, paint: Paint): string[] {
  const colour = paint[colours[change.action]];
  const title = `  ${signs[change.action]} ${nameOf(change)}  ${renderFields(change)}`.trimEnd();
  const commands = change.commands.map((command) => paint.quiet(`      ${readableCommand(command)}`));
  return [colour(title), ...renderDiff(change.diff ?? [], paint), ...commands];
}

/** More lines than these are looked at with another program. */
const mostDiffLines = 20;

function renderDiff(diff: readonly string[], paint: Paint): string[] {
  const lines = diff.slice(0, mostDiffLines).map((line) => {
    const colour = line.startsWith('+') ? paint.added : line.startsWith('-') ? paint.removed : paint.quiet;
    return colour(`      ${line}`);
  });
  const more = diff.length - lines.length;
  return more > 0 ? [...lines, paint.quiet(`      … ${more} more lines`)] : lines;
}

function nameOf({ kind, virtualServer, key }: ChangeDocument): string {
  if (kind === 'virtual-server') return key;
  if (kind === 'real-server') return `${virtualServer} -> ${key}`;
  return `${kind.replace('-', ' ')} ${key}`;
}

/** All fields of what comes, or those that differ, old and new; nothing of what goes. */
function renderFields({ action, kind, before, after, key }: ChangeDocument): string {
  if (action === 'remove' || kind === 'file') return '';
  if (action === 'add') return renderAdded(after ?? {}, key);
  const names = new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})]);
  return [...names]
    .map((name) => ({ name, old: text(before?.[name]), now: text(after?.[name]) }))
    .filter(({ old, now }) => old !== now)
    .map(({ name, old, now }) => `${words(name)} ${old} -> ${now}`)
    .join(', ');
}

function renderAdded(fields: Fields, key: string): string {
  return Object.keys(fields)
    .filter((name) => name !== 'address' || fields[name] !== key)
    .map((name) => `${words(name)} ${text(fields[name])}`)
    .join(', ');
}

/** `upperThreshold` as `upper threshold`. */
function words(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

function text(value: unknown): string {
  if (value === undefined || value === null) return 'none';
  return typeof value === 'object'
    ? Object.values(value)
        .filter((part) => part !== null)
        .join(' ')
    : String(value);
}
