import type { Outcome } from '../converge/outcome.ts';
import { shellCommand } from '../grammar/shell.ts';
import type { Change } from '../plan/change.ts';
import type { Role } from '../plan/roles.ts';
import type { Unmanaged } from '../plan/router-plan.ts';
import { sequenceOf } from '../plan/sequence.ts';

/** What every command that plans or changes prints as JSON; what a terminal shows is rendered from it. */
export interface ChangesDocument {
  readonly version: 1;
  /** Whether there is anything to change, or was. */
  readonly changed: boolean;
  /** Whether this was a run, and no preview: on return everything is as declared. */
  readonly applied: boolean;
  /** The configuration that the routers were compared with. */
  readonly config: { readonly file: string; readonly changed: boolean };
  readonly routers: readonly RouterDocument[];
  readonly summary: Summary;
  /** Declared floating addresses that no router has, or had before the run; absent where there is none. */
  readonly unowned?: readonly string[];
  /** With `--rollback-after`, before anything was run: what the routers would do if the run is not confirmed. */
  readonly wayBack?: WayBackDocument;
}

export interface WayBackDocument {
  /** From before the first change. */
  readonly seconds: number;
  readonly routers: readonly { readonly name: string; readonly commands: readonly string[] }[];
}

export interface RouterDocument {
  readonly name: string;
  readonly role: Role;
  /** Where it is unreachable: what ssh said. */
  readonly reason?: string;
  readonly changes: readonly ChangeDocument[];
  /** What nobody declared, left alone. */
  readonly unmanaged?: Unmanaged;
  /** How many differences lie beyond what this command names. */
  readonly otherDrift?: number;
  /** Kept files that somebody else edited there: paths. */
  readonly foreign?: readonly string[];
  /** What else there is to know, a line each. */
  readonly notes?: readonly string[];
}

export interface ChangeDocument extends Omit<Change, 'commands'> {
  /** For a shell on that router. */
  readonly commands: readonly string[];
}

export interface Summary {
  readonly add: number;
  readonly change: number;
  readonly remove: number;
}

export function changesDocument(outcome: Outcome, config: string): ChangesDocument {
  const { applied, routers, unreachable, file, wayBack } = outcome;
  const changes = routers.flatMap((router) => router.changes);
  const total = (action: Change['action']) => changes.filter((change) => change.action === action).length;
  const changed = changes.length > 0 || file !== null;
  const unowned = file === null ? unownedOf(routers) : [];
  return {
    version: 1,
    changed,
    applied,
    config: { file: config, changed: file !== null },
    routers: [
      ...routers.map(({ name, role, changes, unmanaged, otherDrift, foreign, notes }) => ({
        name,
        role,
        changes: changes.map(changeDocument),
        ...(Object.values(unmanaged).some(({ length }) => length > 0) && { unmanaged }),
        ...(otherDrift > 0 && { otherDrift }),
        ...(foreign !== undefined && { foreign }),
        ...(notes.length > 0 && { notes }),
      })),
      ...unreachable.map(({ name, reason }) => ({ name, role: 'unreachable' as const, reason, changes: [] })),
    ],
    ...(unowned.length > 0 && { unowned }),
    summary: { add: total('add'), change: total('change'), remove: total('remove') },
    ...(wayBack !== null && changed && { wayBack: wayBackDocument(wayBack) }),
  };
}

/** Of a cluster that has virtual servers in its kernels already: on a first run no router has any address. */
function unownedOf(routers: Outcome['routers']): string[] {
  if (routers.every(({ live }) => live.virtualServers.size === 0)) return [];
  const owned = new Set(routers.flatMap(({ live }) => live.addresses.map(({ address }) => address)));
  const coming = routers
    .flatMap(({ changes }) => changes)
    .filter(({ kind, after, key }) => kind === 'address' && after !== null && !owned.has(key));
  return [...new Set(coming.map(({ key }) => key))];
}

function wayBackDocument({ seconds, routers }: NonNullable<Outcome['wayBack']>): WayBackDocument {
  return {
    seconds,
    routers: routers.map((router) => ({
      name: router.name,
      commands: sequenceOf([router]).map(({ argv, input }) => shellCommand(argv, input)),
    })),
  };
}

function changeDocument(change: Change): ChangeDocument {
  const { action, kind, virtualServer, key, before, after, diff } = change;
  const commands = change.commands.map(({ argv, input }) => shellCommand(argv, input));
  const document = { action, kind, virtualServer, key, before, after, commands };
  return diff === undefined ? document : { ...document, diff };
}
