import { keyOfRealServer, keyOfVirtualServer } from '../model/identity.ts';
import type { RealServer, VirtualServer } from '../model/state.ts';
import { linesOf, unreadable } from './lines.ts';
import { readRule } from './rule.ts';

/**
 * Reads what `ipvsadm -Sn` prints, and files written by hand for `ipvsadm -R`: long options, defaults left out, comments.
 * Thresholds are 0 unless they are written: `-Sn` loses them (see withThresholds).
 *
 * The port of a real server is taken as written, also under direct forwarding and tunnels, where `ipvsadm -R` would replace it
 * by the virtual server's: this is what the kernel holds.
 * @returns by keyOfVirtualServer
 * @throws LvsError `read-failed`, naming the first line that cannot be understood
 */
export function parseSavedRules(text: string, source = 'ipvsadm -Sn'): Map<string, VirtualServer> {
  const virtualServers = new Map<string, VirtualServer>();
  const realServersOf = new Map<string, Map<string, RealServer>>();
  for (const line of linesOf(text)) {
    if (line.text.startsWith('#')) continue;
    const rule = readRule(line.words);
    if (typeof rule === 'string') throw unreadable(source, line, `a rule of ipvsadm (${rule})`);
    const key = keyOfVirtualServer(rule.id);
    const realServers = realServersOf.get(key);
    if (rule.adds === 'virtual-server') {
      if (realServers) throw unreadable(source, line, 'each virtual server once');
      const own = new Map<string, RealServer>();
      realServersOf.set(key, own);
      virtualServers.set(key, { id: rule.id, ...rule.settings, realServers: own });
    } else {
      if (!realServers) throw unreadable(source, line, 'real servers of virtual servers that were added before');
      const realKey = keyOfRealServer(rule.realServer);
      if (realServers.has(realKey)) throw unreadable(source, line, 'each real server once');
      realServers.set(realKey, rule.realServer);
    }
  }
  return virtualServers;
}
