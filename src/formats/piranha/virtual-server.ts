import { schedulers } from '../../model/schedulers.ts';
import type { VirtualServerId } from '../../model/state.ts';
import {
  type ImportedRealServer,
  type ImportedVirtualServer,
  plainRealServer,
  plainVirtualServer,
} from '../imported.ts';
import type { Names } from '../names.ts';
import type { KnownPlace } from '../placing.ts';
import { syntaxError } from '../syntax-error.ts';
import type { Warnings } from '../warnings.ts';
import { readAddress, readMask } from './addresses.ts';
import type { Block } from './blocks.ts';
import { readMonitoring } from './checks.ts';
import { Directives, wrong } from './directives.ts';

/** What `network` says of all. */
export type Forward = ImportedRealServer['forward'];

export interface PiranhaVirtualServer {
  readonly server: ImportedVirtualServer;
  /** Its address, and where it is. */
  readonly address: string;
  readonly known: KnownPlace | null;
}

const largestMark = 0xffff_ffff;
const longestTimeout = 2_678_400;

/** What has no counterpart, and what that means. */
const withoutCounterpart = {
  start_cmd: 'of failover services: not run',
  stop_cmd: 'of failover services: not run',
  timeout: 'of a check that is not made: left out',
  reentry: 'of a check that is not made: left out',
};

/** @throws LvsError invalid-input */
export function readVirtualServer(
  block: Block,
  forward: Forward,
  names: Names,
  warnings: Warnings,
): PiranhaVirtualServer {
  const directives = new Directives(block);
  const written = directives.get('address');
  if (written === undefined) throw syntaxError(block.place, `virtual ${block.name} has no address`);
  const { address, label, device } = readAddress(written);
  const port = directives.number('port', 0, 65535) ?? 80;
  const protocol = directives.word('protocol', ['tcp', 'udp']) ?? 'tcp';
  const fwmark = directives.number('fwmark', 0, largestMark) ?? 0;
  const id: VirtualServerId = fwmark > 0 ? { fwmark, family: 'ipv4' } : { protocol, address, port };
  const scheduler = readScheduler(directives);
  const persistent = directives.number('persistent', 0, longestTimeout) ?? 0;
  const [mask, place] = [directives.get('pmask'), directives.get('vip_nmask')];
  const prefix = mask === undefined ? 32 : readMask(mask);
  if (mask !== undefined && persistent === 0 && prefix !== 32) {
    warnings.add(mask.place, mask.text, 'without persistent it has no effect: left out');
  }
  const server: ImportedVirtualServer = {
    ...plainVirtualServer,
    name: names.take(id, block.name),
    place: block.place,
    id,
    floating: fwmark > 0 ? [address] : [],
    scheduler,
    persistent: persistent === 0 ? null : persistent,
    netmask: persistent === 0 || prefix === 32 ? null : prefix,
    enabled: isActive(block, directives, 'it is declared, and not in the kernel', warnings),
    monitoring: readMonitoring(directives, scheduler, fwmark > 0 ? port : null, warnings),
    realServers: block.blocks.map((inner) =>
      readRealServer(inner, block, { port: fwmark > 0 ? 0 : port, forward }, warnings),
    ),
  };
  directives.unread(withoutCounterpart, warnings);
  const known =
    device === null
      ? null
      : { device, label, prefix: place === undefined ? null : readMask(place), place: written.place };
  return { server, address, known };
}

function readScheduler(directives: Directives): string {
  const written = directives.get('scheduler');
  if (written === undefined) return 'wlc';
  const known = Object.keys(schedulers);
  // The graphical configuration wrote old names of one of them.
  const name = written.value.toLowerCase() === 'pcc' ? 'wlc' : written.value.toLowerCase();
  if (!known.includes(name)) throw wrong(written, known.join(', '));
  return name;
}

/** Without a word Piranha does not start it. */
function isActive(block: Block, directives: Directives, means: string, warnings: Warnings): boolean {
  const active = directives.flag('active');
  if (active !== undefined) return active;
  warnings.add(block.place, `${block.kind} ${block.name}`, `without "active = 1" Piranha does not use it: ${means}`);
  return false;
}

function readRealServer(
  block: Block,
  parent: Block,
  { port, forward }: { port: number; forward: Forward },
  warnings: Warnings,
): ImportedRealServer {
  if (block.kind !== 'server') {
    throw syntaxError(block.place, `found ${block.kind} within virtual ${parent.name}; allowed: server`);
  }
  const directives = new Directives(block);
  const written = directives.get('address');
  if (written === undefined) throw syntaxError(block.place, `server ${block.name} has no address`);
  const { address } = readAddress(written);
  const own = directives.get('port');
  const wanted = directives.number('port', 0, 65535) ?? port;
  // Only NAT can map ports; a mark has none.
  const mapped = wanted !== 0 && wanted !== port;
  const usable = mapped && forward === 'masq';
  if (mapped && !usable && own !== undefined) {
    warnings.add(own.place, own.text, 'without NAT ports are not mapped: it has the port of its virtual server');
  }
  const active = isActive(block, directives, 'it is drained', warnings);
  const activity = directives.get('active');
  if (!active && activity !== undefined) {
    warnings.add(
      activity.place,
      activity.text,
      'it is in the kernel with weight 0 (state: drain), where Piranha has it not at all',
    );
  }
  const real = {
    ...plainRealServer,
    place: block.place,
    address,
    port: usable ? wanted : port,
    forward,
    tunnel: forward === 'tunnel' ? ({ type: 'ipip', port: null, checksum: 'none' } as const) : null,
    weight: directives.number('weight', 0, 2_147_483_647) ?? 1,
    drain: !active,
  };
  directives.unread({}, warnings);
  for (const inner of block.blocks) throw syntaxError(inner.place, `found ${inner.kind} within server ${block.name}`);
  return real;
}
