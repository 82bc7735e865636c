import type { Family, VirtualServerId } from '../../model/state.ts';
import type { ImportedRealServer } from '../imported.ts';
import type { Warnings } from '../warnings.ts';
import type { Setting } from './lines.ts';
import { forwards, isForward, rangeOf, readHost, wrong } from './words.ts';

/** A real server, and what is asked of it alone. */
export interface LdirectordReal {
  readonly real: ImportedRealServer;
  /** Behind a mark it is only checked; null: none is written. */
  readonly portWritten: number | null;
  readonly request: string | null;
  readonly receive: string | null;
}

/** What follows the forwarding method: `2 "request", "receive" l:10 u:20`. */
const options = /^(?:\s+(\d{1,10}))?(?:\s+"(.*)"[, ]\s*"(.*)")?(?:\s+l:(\d{1,10}))?(?:\s+u:(\d{1,10}))?\s*$/;

/**
 * `real = 192.168.1.2->192.168.1.5:80 masq 2 "request", "receive"`: one or several real servers.
 * @throws LvsError invalid-input
 */
export function readReal(setting: Setting, id: VirtualServerId, family: Family, warnings: Warnings): LdirectordReal[] {
  const [, firstWord = '', lastWord, portWord = '', method, rest = ''] =
    /^([^\s>]+?)(?:->([^\s:]+|\[[^\s\]]+\]))?((?::[0-9A-Za-z_-]+)?)\s+([A-Za-z]+)(.*)$/.exec(setting.value) ?? [];
  const allowed = 'ADDRESS[->ADDRESS][:PORT] and gate, masq or ipip, then weight, "request", "receive"';
  if (!isForward(method)) throw wrong(setting, allowed);
  const found = options.exec(rest);
  if (found === null) throw wrong(setting, allowed);
  const [, weight = '1', request, receive, lower = '0', upper = '0'] = found;
  const first = readHost(`${firstWord}${portWord}`, family, setting);
  const last = lastWord === undefined ? null : readHost(lastWord, family, setting);
  if (first.address === null || (last !== null && last.address === null)) {
    warnings.add(setting.place, setting.text, 'left out: host names are not looked up; write the address');
    return [];
  }
  if (last !== null && family === 'ipv6') throw wrong(setting, 'one address: ranges are for IPv4 alone');
  const addresses = last?.address ? rangeOf(first.address, last.address, setting) : [first.address];
  const forward = forwards[method];
  const port = portThere(first.port ?? 0, id, forward, setting, warnings);
  return addresses.map((address) => ({
    real: {
      place: setting.place,
      address,
      port,
      forward,
      tunnel: forward === 'tunnel' ? { type: 'ipip', port: null, checksum: 'none' } : null,
      weight: Number(weight),
      lowerThreshold: Number(lower),
      upperThreshold: Number(upper),
      drain: false,
    },
    portWritten: 'fwmark' in id ? first.port || null : null,
    request: request ?? null,
    receive: receive ?? null,
  }));
}

/** 0 stands for the client's own port; the kernel maps ports under masq alone. */
function portThere(
  written: number,
  id: VirtualServerId,
  forward: ImportedRealServer['forward'],
  { place, text }: Setting,
  warnings: Warnings,
): number {
  const port = 'port' in id ? id.port : 0;
  if (written === 0 || written === port || forward === 'masq') return written || port;
  // With a mark it is only the port that is checked.
  if ('port' in id)
    warnings.add(place, text, `has port ${port}, its virtual server's: without masq ports are not mapped`);
  return port;
}
