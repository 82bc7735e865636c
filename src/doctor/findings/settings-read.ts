import type { Desired } from '../../plan/desired.ts';
import { ofDevice } from './setting.ts';

const ipvsSettings = ['conntrack', 'expire_nodest_conn', 'expire_quiescent_template', 'conn_reuse_mode', 'sloppy_tcp'];
const deviceSettings = ['rp_filter', 'promote_secondaries', 'arp_ignore', 'arp_announce', 'send_redirects'];

/** Every setting about which there is something to find, or that is set to mend it: sysctl names. */
export function settingsToExamine(desired: Desired): Set<string> {
  const devices = ['all', ...desired.devices];
  return new Set([
    'net.ipv4.ip_forward',
    'net.ipv6.conf.all.forwarding',
    ...ipvsSettings.map((name) => `net.ipv4.vs.${name}`),
    ...devices.flatMap((device) => deviceSettings.map((name) => ofDevice(device, name))),
    ...desired.settings.keys(),
  ]);
}
