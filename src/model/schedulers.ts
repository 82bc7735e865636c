/** The kernel's schedulers (net/netfilter/ipvs/Kconfig) with what ipvsadm(8) calls them. */
export const schedulers = {
  rr: 'round robin',
  wrr: 'weighted round robin',
  lc: 'least-connections',
  wlc: 'weighted least-connections',
  lblc: 'locality-based least-connections',
  lblcr: 'locality-based least-connections with replication',
  dh: 'destination hashing',
  sh: 'source hashing',
  sed: 'shortest expected delay',
  nq: 'never queue',
  fo: 'weighted failover',
  ovf: 'weighted overflow',
  mh: 'Maglev hashing',
  twos: "power of two's choice",
} as const;

export type Scheduler = keyof typeof schedulers;

/** Schedulers under which a weight other than 0 makes no difference. */
export const schedulersWithoutWeights: readonly Scheduler[] = ['rr', 'lc'];
