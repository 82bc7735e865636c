export type Role = 'active' | 'backup' | 'conflict' | 'unreachable';

/** What is known of a router's floating addresses; null: it cannot be reached. */
export interface Holding {
  readonly name: string;
  readonly holds: boolean | null;
}

/**
 * Active is the only router that holds any floating address. Where none holds any and all can be reached, it is the first in
 * the file's order of preference; where several hold some, they are in conflict.
 */
export function rolesOf(routers: readonly Holding[]): Map<string, Role> {
  const holders = routers.filter(({ holds }) => holds === true);
  const allReachable = routers.every(({ holds }) => holds !== null);
  const active = holders[0] ?? (allReachable ? routers[0] : undefined);
  return new Map(
    routers.map(({ name, holds }) => {
      if (holds === null) return [name, 'unreachable'];
      if (holders.length > 1) return [name, holds ? 'conflict' : 'backup'];
      return [name, name === active?.name ? 'active' : 'backup'];
    }),
  );
}
