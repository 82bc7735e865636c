import * as z from 'zod/mini';

/** What stands below net.ipv4.vs in any kernel since 4.19 (Documentation/networking/ipvs-sysctl.rst, ip_vs_ctl.c). */
export const settingNames = [
  'am_droprate',
  'amemthresh',
  'backup_only',
  'cache_bypass',
  'conn_lfactor',
  'conn_reuse_mode',
  'conntrack',
  'debug_level',
  'drop_entry',
  'drop_packet',
  'est_cpulist',
  'est_nice',
  'expire_nodest_conn',
  'expire_quiescent_template',
  'ignore_tunneled',
  'lblc_expiration',
  'lblcr_expiration',
  'nat_icmp_send',
  'pmtu_disc',
  'run_estimation',
  'schedule_icmp',
  'secure_tcp',
  'sloppy_sctp',
  'sloppy_tcp',
  'snat_reroute',
  'svc_lfactor',
  'sync_persist_mode',
  'sync_ports',
  'sync_qlen_max',
  'sync_refresh_period',
  'sync_retries',
  'sync_sock_size',
  'sync_threshold',
  'sync_version',
] as const;

type SettingName = (typeof settingNames)[number];

/** Those whose value is not one number. */
const textual: Partial<Record<SettingName, { form: RegExp; allowed: string }>> = {
  sync_threshold: { form: /^\d{1,9} \d{1,9}$/, allowed: 'two numbers in quotes, such as "0 1"' },
  est_cpulist: { form: /^\d+(-\d+)?(,\d+(-\d+)?)*$/, allowed: 'a list of processors in quotes, such as "0-2,5"' },
};

function setting(name: SettingName) {
  const description = `net.ipv4.vs.${name}`;
  const text = textual[name];
  if (text === undefined) return z.int('a whole number').check(z.describe(description));
  return z.string(text.allowed).check(z.describe(description), z.regex(text.form, text.allowed));
}

const shape = Object.fromEntries(settingNames.map((name) => [name, z.optional(setting(name))]));

export const settings = z
  .strictObject(shape, 'a mapping of settings')
  .check(z.describe('Kernel settings below net.ipv4.vs, by name. What is not named is left alone.'));
