import { type Connect, openSession, withConnections } from '../converge/connect.ts';
import type { Cluster } from '../model/cluster.ts';
import { LvsError } from '../model/errors.ts';
import { examine } from './examine.ts';
import { findingsOn } from './findings/catalogue.ts';
import { mend } from './mend.ts';
import type { Examination } from './model/examination.ts';
import type { Finding } from './model/finding.ts';
import { type Treatment, treatmentOf } from './treatment.ts';

/** What was found on one router. */
export interface Diagnosis {
  readonly name: string;
  readonly findings: readonly Finding[];
}

/** Of those that were not reached the only finding is that. */
export interface Diagnoses {
  readonly routers: readonly Diagnosis[];
  /** What `--fix` did on each; empty where it did nothing, or was not asked to. */
  readonly treatments: readonly Treatment[];
}

export interface DoctorOptions {
  readonly on: string | null;
  /** Null: nothing is to be mended. */
  readonly fix: null | {
    /** The command as it was typed, for those who find the locks. */
    readonly doing: string;
    /** Shows what was found and would be done, and asks. */
    ask(found: Diagnoses, signal: AbortSignal): Promise<void>;
  };
  readonly connect?: Connect;
}

/**
 * Looks for everything that is wrong with the routers and, with `fix`, mends what is safe to mend and looks again.
 * @throws LvsError as `mend` does; not-found, read-failed; not-put-back also where it is mended, and nobody can look again
 */
export function doctor(cluster: Cluster, { on, fix, connect = openSession }: DoctorOptions): Promise<Diagnoses> {
  return withConnections(cluster, on, connect, async (connections) => {
    const look = async () => diagnose(await examine(cluster, connections));
    const routers = await look();
    const treatments = fix === null ? [] : treatmentsOf(routers);
    if (fix === null || treatments.length === 0) return { routers, treatments: [] };
    await mend(connections.connected, {
      treatments,
      doing: fix.doing,
      ask: (signal) => fix.ask({ routers, treatments }, signal),
      findAgain: async () => treatmentsOf(await look()),
    });
    return { routers: await look().catch(unseen), treatments };
  });
}

function treatmentsOf(routers: readonly Diagnosis[]): Treatment[] {
  return routers.flatMap(({ name, findings }) => treatmentOf(name, findings) ?? []);
}

/** A read that failed says that everything is as it was before. */
function unseen(error: unknown): never {
  if (!(error instanceof LvsError)) throw error;
  const { message, details, hint } = error;
  throw new LvsError(
    'not-put-back',
    `everything was fixed, and stays, but how the routers are now was not seen: ${message}`,
    {
      details,
      ...(hint !== undefined && { hint }),
      cause: error,
    },
  );
}

/** In the file's order. */
export function diagnose(examination: Examination): Diagnosis[] {
  const reached = examination.routers.map((router) => ({
    name: router.name,
    findings: findingsOn(router, examination),
  }));
  const others = examination.unreachable.map(({ name, reason, remedy }) => ({
    name,
    findings: [unreachable(name, reason, remedy)],
  }));
  const rankOf = ({ name }: Diagnosis) => examination.cluster.routers.findIndex((router) => router.name === name);
  return [...reached, ...others].sort((a, b) => rankOf(a) - rankOf(b));
}

function unreachable(name: string, reason: string, remedy: string): Finding {
  return {
    id: 'unreachable',
    severity: 'problem',
    what: `${name} cannot be reached: ${reason}`,
    why: 'nothing is known of it, and "lvs apply" and "lvs failover" refuse',
    mend: remedy,
    fix: null,
  };
}
