/** What is wrong, the file, and every message with its line and column. */
export type Case = readonly [what: string, text: string, messages: readonly string[]];

export const publicNetwork = 'public: { device: eth0 }\n';

/** A file with the virtual server `web` that has these lines. */
export function virtualServer(lines: string): string {
  return `${publicNetwork}virtual-servers:\n  web:\n${indented(lines, 4)}\n`;
}

/** A file with the virtual server `web`, tcp://1.2.3.1:80, that has these further lines. */
export function web(lines: string): string {
  return virtualServer(`address: tcp://1.2.3.1:80\n${lines}`);
}

/** The same with these real servers. */
export function realServers(lines: string): string {
  return web(`real-servers:\n${indented(lines, 2)}`);
}

function indented(lines: string, columns: number): string {
  return lines.replaceAll(/^/gm, ' '.repeat(columns));
}

export const schedulers = 'rr, wrr, lc, wlc, lblc, lblcr, dh, sh, sed, nq, fo, ovf, mh, twos';

export const virtualServerKeys =
  'address, floating, family, scheduler, device, label, persistent, netmask, one-packet, flags, persistence-engine, forward, tunnel, state, check, load, on-failure, slow-start, when-all-fail, sorry-server, real-servers';

export const settingNames =
  'am_droprate, amemthresh, backup_only, cache_bypass, conn_lfactor, conn_reuse_mode, conntrack, debug_level, drop_entry, drop_packet, est_cpulist, est_nice, expire_nodest_conn, expire_quiescent_template, ignore_tunneled, lblc_expiration, lblcr_expiration, nat_icmp_send, pmtu_disc, run_estimation, schedule_icmp, secure_tcp, sloppy_sctp, sloppy_tcp, snat_reroute, svc_lfactor, sync_persist_mode, sync_ports, sync_qlen_max, sync_refresh_period, sync_retries, sync_sock_size, sync_threshold, sync_version';
