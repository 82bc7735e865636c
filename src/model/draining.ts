/** sysctl: whether a client whose real server has weight 0 goes to another one, though a template says to that one. */
export const quiescentSetting = 'net.ipv4.vs.expire_quiescent_template';

/** What a router's table has for a real server. */
export interface Occupancy {
  readonly weight: number;
  /** TCP connections that are established or about to be, and the like of other protocols. */
  readonly active: number;
  /** All other entries: connections that were closed, for as long as the kernel keeps them; of UDP, every one. */
  readonly inactive: number;
  /** Templates: persistent clients that are known to belong there. */
  readonly templates: number;
}

/** What holds up the draining of a real server. */
export interface Remains {
  /** Connections that data can come over. */
  readonly connections: number;
  /** Entries of connections that are over. */
  readonly closed: number;
  /** Templates that send clients there in spite of its weight. */
  readonly templates: number;
}

export const nothing: Remains = { connections: 0, closed: 0, templates: 0 };

export function sumOf(all: readonly Remains[]): Remains {
  return all.reduce(
    (sum, { connections, closed, templates }) => ({
      connections: sum.connections + connections,
      closed: sum.closed + closed,
      templates: sum.templates + templates,
    }),
    nothing,
  );
}

/** Whether a real server of which this remains can go without a client's noticing. */
export function isEmpty({ connections, templates }: Remains): boolean {
  return connections === 0 && templates === 0;
}

/**
 * What remains of what a table has.
 * @param open how many of the inactive entries are no closed connections
 * @param bound whether templates count at weight 0: see quiescentSetting
 */
export function remainsOf({ active, inactive, templates }: Occupancy, open: number, bound: boolean): Remains {
  const still = Math.min(open, inactive);
  return { connections: active + still, closed: inactive - still, templates: bound ? templates : 0 };
}
