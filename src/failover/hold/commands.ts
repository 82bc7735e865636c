import { familyOf } from '../../model/ip.ts';
import type { HeldAddress } from '../../model/state.ts';
import type { Command, Stage } from '../../plan/change.ts';
import { holdDevice, openQueue as opening, queueModules, sweep, sweepLater } from '../../plan/left-behind.ts';

/** Bytes: room for 100,000 SYNs. */
const queueLimit = 16_000_000;

/**
 * Seconds for which new connections wait while handshakes under way come to their end and are synchronised: a round trip to
 * a distant client, and the 20 ms that the sync daemon collects connections for.
 */
const settleSeconds = 0.11;

/**
 * Makes the queue, with a plug that lets nothing out; nothing enters it yet. Should lvs die, all of it goes by itself.
 * @param devices those that connections come in by
 * @param period see sweepLater
 */
export function makeQueue(devices: readonly string[], period: string): Command[] {
  return inStage('prepare', [
    // Without the number the module brings two devices that nobody asked for.
    ['modprobe', 'ifb', 'numifbs=0'],
    // The kernel would load them when they are needed, which takes as long as the connections may wait.
    ['modprobe', '-a', ...queueModules],
    ['ip', 'link', 'add', holdDevice, 'type', 'ifb'],
    ['ip', 'link', 'set', holdDevice, 'up'],
    ['tc', 'qdisc', 'add', 'dev', holdDevice, 'root', 'plug', 'limit', String(queueLimit)],
    ...devices.map((device) => ['tc', 'qdisc', 'add', 'dev', device, 'clsact']),
    sweepLater(period, devices),
  ]);
}

/** Sends the first packet of each new TCP connection to a virtual server's address into the queue. */
export function divert({ address, device }: HeldAddress): Command[] {
  const ipv4 = familyOf(address) === 'ipv4';
  // One preference is for one protocol.
  const protocol = ipv4 ? ['protocol', 'ip', 'pref', '4'] : ['protocol', 'ipv6', 'pref', '6'];
  const match = ['flower', 'ip_proto', 'tcp', 'dst_ip', address, 'tcp_flags', '0x02/0x12'];
  const redirect = ['action', 'mirred', 'egress', 'redirect', 'dev', holdDevice];
  return inStage('hold', [['tc', 'filter', 'add', 'dev', device, 'ingress', ...protocol, ...match, ...redirect]]);
}

export function settle(): Command[] {
  return inStage('hold', [['sleep', String(settleSeconds)]]);
}

/** Lets out what waits, in its order, and holds nothing any more. */
export function openQueue(stage: Stage): Command[] {
  return inStage(stage, [opening]);
}

/** Removes the queue, the way into it and the detour: see sweep. */
export function removeAll(devices: readonly string[]): Command[] {
  return inStage('tidy', [sweep(devices)]);
}

function inStage(stage: Stage, commands: readonly (readonly string[])[]): Command[] {
  return commands.map((argv) => ({ stage, argv }));
}
