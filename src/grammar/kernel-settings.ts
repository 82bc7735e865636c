import type { SyncDaemon, Timeouts } from '../model/state.ts';
import { incomplete, linesOf, unreadable, wholeNumber } from './lines.ts';

const daemon =
  /^(?<role>master|backup) sync daemon \(mcast=(?<device>[^,]+), syncid=(?<id>\d+)(?:, maxlen=(?<maxLength>\d+))?/;

/**
 * Reads `ipvsadm -L --daemon`: nothing where none runs. The kernel always prints a maximum length: its default is the
 * device's MTU less 28 (1472), and a backup has at least 1024, whatever it was started with.
 * @throws LvsError `read-failed`, naming the first line that cannot be understood
 */
export function parseDaemons(text: string): SyncDaemon[] {
  return [...linesOf(text)].map((line) => {
    const { role, device, id, maxLength } = daemon.exec(line.text)?.groups ?? {};
    if (role === undefined || device === undefined) {
      throw unreadable('ipvsadm -L --daemon', line, 'master or backup sync daemon (mcast=DEVICE, syncid=N, …)');
    }
    return { role: role === 'master' ? 'master' : 'backup', device, id: Number(id), maxLength: wholeNumber(maxLength) };
  });
}

/**
 * Reads `ipvsadm -L --timeout`.
 * @throws LvsError `read-failed`
 */
export function parseTimeouts(text: string): Timeouts {
  const [line] = linesOf(text);
  if (line === undefined) throw incomplete('ipvsadm -L --timeout', 'no line');
  const [, tcp, tcpFin, udp] = /^Timeout \(tcp tcpfin udp\): (\d+) (\d+) (\d+)/.exec(line.text) ?? [];
  if (udp === undefined) throw unreadable('ipvsadm -L --timeout', line, 'Timeout (tcp tcpfin udp): and three numbers');
  return { tcp: Number(tcp), tcpFin: Number(tcpFin), udp: Number(udp) };
}
