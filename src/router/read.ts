import type { Device } from '../grammar/addresses.ts';
import { parseDaemons, parseTimeouts } from '../grammar/kernel-settings.ts';
import { incomplete, requireWholeLines } from '../grammar/lines.ts';
import type { RouterFile, RouterState } from '../model/state.ts';
import { electionPlaces } from '../plan/election/places.ts';
import { type Places, readAddresses } from './addresses.ts';
import { type ElectionState, readElection } from './election.ts';
import { readDigests } from './files.ts';
import { orLost } from './lost.ts';
import { type MonitorReading, readMonitor } from './monitor.ts';
import { readRules, type WantedRules } from './rules.ts';
import { runOrFail, understood } from './run-or-fail.ts';
import type { Runner } from './runner.ts';

/** What is to be read beyond addresses. */
export interface Wanted {
  readonly rules: WantedRules;
  /** sysctl names. */
  readonly settings: Iterable<string>;
  readonly timeouts: boolean;
  readonly syncDaemons: boolean;
  /** Paths. */
  readonly files: Iterable<string>;
  /** The floating addresses; others are taken as they are. */
  readonly places?: Places;
  /** Whether keepalived is asked for its state. */
  readonly election?: boolean;
  /** Whether to look at what the monitor decided, and whether it lives. */
  readonly monitor?: boolean;
}

export interface Reading {
  readonly state: RouterState;
  readonly devices: ReadonlyMap<string, Device>;
  /** Null where it was not asked for. */
  readonly election: ElectionState | null;
  /** Null where it was not asked for. */
  readonly monitor: MonitorReading | null;
}

/** Reads a router's kernel, all requests at once. Throws `read-failed` naming the command that failed. */
export async function readRouter(runner: Runner, router: string, wanted: Wanted): Promise<Reading> {
  const read = (...argv: string[]) => runOrFail(runner, router, argv);
  const [virtualServers, table, settings, timeouts, daemons, digests, election, monitor] = await Promise.all([
    understood(router, () => readRules(runner, router, wanted.rules)),
    readAddresses(runner, router, wanted.places),
    understood(router, () => orLost(router, 'read-failed', readSettings(runner, [...wanted.settings]))),
    wanted.timeouts ? read('ipvsadm', '-L', '--timeout') : null,
    // May exit 1 and say nothing where no daemon ever ran.
    wanted.syncDaemons ? orLost(router, 'read-failed', runner.run(['ipvsadm', '-L', '--daemon'])) : null,
    understood(router, () => orLost(router, 'read-failed', readDigests(runner, [...wanted.files]))),
    wanted.election === true ? orLost(router, 'read-failed', readElection(runner)) : null,
    wanted.monitor === true ? orLost(router, 'read-failed', readMonitor(runner)) : null,
  ]);
  return {
    state: {
      virtualServers,
      addresses: table.addresses,
      ...(table.unusable.length > 0 && { unusable: table.unusable }),
      ...(table.aside.length > 0 && { aside: table.aside }),
      settings,
      timeouts:
        timeouts === null
          ? null
          : await understood(router, () => parseTimeouts(wholeLines(timeouts, 'ipvsadm -L --timeout'))),
      syncDaemons:
        daemons === null
          ? []
          : await understood(router, () => parseDaemons(wholeLines(daemons.stdout, 'ipvsadm -L --daemon'))),
      files: new Map([...digests].map(([path, digest]) => [path, asRead(path, digest, election)])),
    },
    election,
    monitor,
    devices: new Map(table.devices.map((device) => [device.name, device])),
  };
}

function asRead(path: string, digest: string, election: ElectionState | null): RouterFile {
  const file = { digest, content: null, link: null };
  if (path !== electionPlaces.config || election === null) return file;
  return { ...file, running: election !== 'not running' };
}

function wholeLines(text: string, source: string): string {
  requireWholeLines(text, source);
  return text;
}

/** One process for all settings; those that the kernel does not have are left out. */
async function readSettings(runner: Runner, names: readonly string[]): Promise<Map<string, string>> {
  const settings = new Map<string, string>();
  if (names.length === 0) return settings;
  const nameOfPath = new Map(names.map((name) => [pathOfSetting(name), name]));
  const { status, stdout } = await runner.run(['grep', '-Hs', '', ...nameOfPath.keys()]);
  for (const line of stdout.split('\n')) {
    const colon = line.indexOf(':', '/proc/sys/'.length);
    const name = nameOfPath.get(line.slice(0, colon));
    if (name !== undefined)
      settings.set(
        name,
        line
          .slice(colon + 1)
          .trim()
          .split(/\s+/)
          .join(' '),
      );
  }
  // It succeeds only if it could read them all, and none of them is empty.
  const lacking = status > 1 ? undefined : names.find((name) => !settings.has(name));
  if (lacking !== undefined) throw incomplete('grep', `nothing about ${lacking}`);
  return settings;
}

/** sysctl(8) swaps dots and slashes: `net.ipv4.conf.eth0/100.arp_notify` is the device eth0.100. */
function pathOfSetting(name: string): string {
  return `/proc/sys/${name.replace(/[./]/g, (separator) => (separator === '.' ? '/' : '.'))}`;
}
