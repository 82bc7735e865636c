import { familyOf } from '../../model/ip.ts';
import type { HeldAddress } from '../../model/state.ts';
import type { Command, Stage } from '../../plan/change.ts';
import { detourTables } from './detour.ts';

/** The queue in which new connections wait: an ifb(4) device of our own, with a plug that lets nothing out. */
export const holdDevice = 'lvshold0';

const otherModules = ['sch_plug', 'sch_ingress', 'cls_flower', 'act_mirred'] as const;
/** What the router's kernel needs for it, as modules or built in. */
export const holdModules = ['ifb', ...otherModules] as const;

/** Bytes: room for 100,000 SYNs. */
const queueLimit = 16_000_000;

/**
 * Seconds for which new connections wait while handshakes under way come to their end and are synchronised: a round trip to
 * a distant client, and the 20 ms that the sync daemon collects connections for.
 */
const settleSeconds = 0.11;

/**
 * Should lvs die meanwhile, the queue opens by itself, and connections only make a detour. Whoever removes the queue ends
 * this as well.
 */
const openLater = [
  'exec >/dev/null 2>&1',
  'left=8',
  `while [ -e /sys/class/net/${holdDevice} ] && [ $left -gt 0 ]; do sleep 1; left=$((left - 1)); done`,
  `exec tc qdisc change dev ${holdDevice} root plug release_indefinite`,
].join('; ');

/** Makes the queue, which nothing enters yet. `devices` are those that connections come in by. */
export function makeQueue(devices: readonly string[]): Command[] {
  return inStage('prepare', [
    // Without the number the module brings two devices that nobody asked for.
    ['modprobe', 'ifb', 'numifbs=0'],
    // The kernel would load them when they are needed, which takes as long as the connections may wait.
    ['modprobe', '-a', ...otherModules],
    ['ip', 'link', 'add', holdDevice, 'type', 'ifb'],
    ['ip', 'link', 'set', holdDevice, 'up'],
    ['tc', 'qdisc', 'add', 'dev', holdDevice, 'root', 'plug', 'limit', String(queueLimit)],
    ...devices.map((device) => ['tc', 'qdisc', 'add', 'dev', device, 'clsact']),
    ['setsid', '-f', 'sh', '-c', openLater],
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
  return inStage(stage, [['tc', 'qdisc', 'change', 'dev', holdDevice, 'root', 'plug', 'release_indefinite']]);
}

/** Removes everything: the filters go with the qdisc that they hang on. */
export function removeQueue(devices: readonly string[]): Command[] {
  return inStage('tidy', [
    ...devices.map((device) => ['tc', 'qdisc', 'del', 'dev', device, 'clsact']),
    ['ip', 'link', 'del', holdDevice],
  ]);
}

/**
 * Removes what a run that died has left, of which nobody knows how much there is. The words behind the script are the devices
 * that connections come in by; the numbers are those of the detour.
 */
export function sweep(devices: readonly string[]): Command[] {
  return inStage('prepare', [['sh', '-c', sweepAll, 'sweep', ...devices]]);
}

const sweepAll = [
  'exec >/dev/null 2>&1',
  'for device do tc qdisc del dev "$device" clsact; done',
  ...detourTables.flatMap((table) => [
    `for family in -4 -6; do while ip $family rule del pref ${table}; do :; done; ip $family route flush table ${table}; done`,
  ]),
  `ip link del ${holdDevice}`,
].join('; ');

function inStage(stage: Stage, commands: readonly (readonly string[])[]): Command[] {
  return commands.map((argv) => ({ stage, argv }));
}
