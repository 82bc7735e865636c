/** Where keepalived finds what it needs, and what lvs tells it. */
export const electionPlaces = {
  config: '/etc/keepalived/keepalived.conf',
  /** Beside it, whatever ends in .conf is the administrator's own; this one says so, and makes the directory. */
  fragments: '/etc/keepalived/conf.d/lvs.conf',
  /** Not 0: the router is at fault. A restart of the machine forgets it, so that nobody is held for ever. */
  hold: '/run/lvs-hold',
} as const;

/** The name of the one instance that is ours. */
export const instanceName = 'lvs';
