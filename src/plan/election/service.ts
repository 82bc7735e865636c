import { familyOf, fullPrefix } from '../../model/ip.ts';
import type { HeldAddress, RouterFile, RouterState } from '../../model/state.ts';
import type { Command, Stage } from '../change.ts';
import { endLending, lendingWords } from '../lending.ts';
import { findKeepalived, rootProcess } from '../root-process.ts';
import { holdElection, releaseElection, releaseLater, setHold, untilMaster } from './hold.ts';
import { addressesIn } from './keepalived-conf.ts';
import { longestElection } from './patience.ts';
import { electionPlaces } from './places.ts';

/** How keepalived is told to start, reload and stop on one router. */
export interface ElectionService {
  /** The administrator's own command, to which start, reload or stop is appended; null: none. */
  readonly control: readonly string[] | null;
  readonly systemd: boolean;
  /** Seconds between advertisements. */
  readonly advertInterval: number;
  /** Whether this router is to hold the addresses: it starts first, and the other one when it has them. */
  readonly leads: boolean;
}

interface States {
  readonly before: RouterState;
  readonly after: RouterState;
}

type Verb = 'start' | 'reload' | 'stop';

/**
 * What follows from a change of keepalived's configuration, or from its standing still: the whole service is in `before` and
 * `after`, the file as it is and as it is to be.
 */
export function serviceCommands(
  service: ElectionService,
  states: States,
  before: RouterFile | undefined,
  after: RouterFile | undefined,
): Command[] {
  const [ran, runs] = [before?.running === true, after?.running === true];
  // Before any address is enabled: where it stops, whoever needs its addresses has to enable them.
  if (ran && !runs) return [told(service, 'prepare', 'stop')];
  if (ran && before?.digest === after?.digest) return [];
  const elected = addressesIn(after?.content ?? '');
  if (ran)
    return service.leads ? reloadKeeping(service, states, elected) : reloadAside(service, isHeldBack(states.after));
  if (!runs) return [];
  if (!service.leads) return [told(service, 'join', 'start')];
  return startKeeping(service, states, elected);
}

/**
 * Lets a router take part in the election that was kept from it when it booted without rules, or puts that back. The one that is
 * to hold the addresses begins, before anybody waits for its keepalived.
 */
export function holdCommands({ leads }: ElectionService, file: RouterFile | undefined): Command[] {
  return [setHold(leads ? 'files' : 'join', isZero(file) ? '0' : '1')];
}

function isHeldBack({ files }: RouterState): boolean {
  const file = files.get(electionPlaces.hold);
  return file !== undefined && file.content !== null && !isZero(file);
}

function isZero(file: RouterFile | undefined): boolean {
  return file === undefined || file.content?.trim() === '0';
}

/** Ends when keepalived has reloaded: it has the addresses that are new, and is master still. */
function reloadKeeping(service: ElectionService, { before, after }: States, elected: ReadonlySet<string>): Command[] {
  const held = new Set(before.addresses.map(({ address }) => address));
  const awaited = after.addresses.filter(({ address }) => elected.has(address) && !held.has(address));
  return [
    told(service, 'reload', 'reload'),
    ...awaiting(service, awaited),
    untilMaster('reload', service.advertInterval),
  ];
}

/** A master says nothing while it reloads, and must not be taken for dead: meanwhile the others take no part in the election. */
function reloadAside(service: ElectionService, heldBack: boolean): Command[] {
  if (heldBack) return [told(service, 'reload', 'reload')];
  return [
    releaseLater('tidy', service.advertInterval),
    holdElection('tidy', []),
    told(service, 'reload', 'reload'),
    releaseElection('join'),
  ];
}

/**
 * keepalived begins by removing its addresses, and has them back when the election is over. A router that holds them already
 * must not lose them for that long: meanwhile they are lent to the loopback device.
 */
function startKeeping(service: ElectionService, { before, after }: States, elected: ReadonlySet<string>): Command[] {
  const onLoopbackAlready = new Set(
    [...before.addresses, ...(before.aside ?? [])]
      .filter(({ device }) => device === 'lo')
      .map(({ address }) => address),
  );
  const held = before.addresses.filter(({ address }) => elected.has(address) && !onLoopbackAlready.has(address));
  const onLoopback = [...new Set(held.map(({ address }) => `${address}/${fullPrefix(familyOf(address))}`))];
  const awaited = after.addresses.filter(({ address }) => elected.has(address));
  // More than it takes to look for them so often (see awaiting), also where that is slow.
  const lending = lendingWords(60 + 3 * longestElection(service.advertInterval)).split(' ');
  return [
    ...onLoopback.map((place) => inReload(['ip', 'addr', 'replace', place, ...lending])),
    told(service, 'reload', 'start'),
    ...awaiting(service, awaited),
    ...onLoopback.map((place) => endLending('reload', place)),
  ];
}

function awaiting({ advertInterval }: ElectionService, addresses: readonly HeldAddress[]): Command[] {
  if (addresses.length === 0) return [];
  const looks = String(Math.ceil(20 * (10 + longestElection(advertInterval))));
  const places = addresses.flatMap(({ address, device }) => [address, device]);
  // Each address has as many looks, but they come together.
  const waits = 2 * (10 + longestElection(advertInterval));
  return [{ ...inReload(['sh', '-c', awaitAll, 'await', looks, ...places]), waits }];
}

function inReload(argv: readonly string[]): Command {
  return { stage: 'reload', argv };
}

/** Waits until every address is on its device. Arguments are how often to look, twenty times a second, and address and device, in turn. */
const awaitAll = [
  'left=$1; shift',
  'here() { [ -n "$(ip -o addr show dev "$2" to "$1")" ]; }',
  'come() { until here "$@"; do [ $left -gt 0 ] || return 1; left=$((left - 1)); sleep 0.05; done; }',
  'while [ $# -gt 0 ]; do come "$@" || { echo "keepalived does not enable $1: see its log" >&2; exit 1; }; shift 2; done',
].join('; ');

function told({ control, systemd }: ElectionService, stage: Stage, verb: Verb): Command {
  if (control !== null) return { stage, argv: [...control, verb] };
  if (systemd) return { stage, argv: ['systemctl', ...underSystemd[verb], 'keepalived'] };
  return { stage, argv: byItself[verb] };
}

/** Also at the next boot. */
const underSystemd: Record<Verb, readonly string[]> = {
  start: ['enable', '--now'],
  reload: ['reload'],
  stop: ['disable', '--now'],
};

const running = `${rootProcess} ${findKeepalived} keepalived || { echo "keepalived does not run" >&2; exit 1; };`;

/** Where no service manager is, the program itself. */
const byItself: Record<Verb, readonly string[]> = {
  // It must not keep the session's streams open; what it writes of its state is nobody else's to make in /tmp.
  start: ['sh', '-c', 'exec env TMPDIR=/run keepalived </dev/null >/dev/null 2>&1', 'keepalived'],
  reload: ['sh', '-c', `${running} kill -HUP "$pid"`, 'reload-keepalived'],
  stop: ['sh', '-c', `${running} kill -TERM "$pid" && while keepalived; do sleep 0.05; done`, 'stop-keepalived'],
};
