import type { AgentWord } from '../weights/agent-check.ts';
import { nothing, type Observation, type Reading } from '../weights/observation.ts';
import type { Verdict } from './probe-of.ts';

/** Why something could not be observed, or, null, that it can be again. */
export interface Hindrance {
  readonly virtualServer: string;
  readonly realServer: string;
  readonly reason: string | null;
}

/** What was observed and not yet judged. Keys are those of src/model/identity.ts. */
export class Observations {
  /** Checks that passed and failed, since the beginning. */
  readonly counts = { passed: 0, failed: 0, unable: 0 };
  private fresh = new Map<string, Map<string, Observation>>();
  private readonly hindered = new Map<string, string>();
  private readonly onHindrance: (hindrance: Hindrance) => void;

  /** @param onHindrance told once when something cannot be observed any more, and once when it can be again */
  constructor(onHindrance: (hindrance: Hindrance) => void) {
    this.onHindrance = onHindrance;
  }

  checked(server: string, real: string, verdict: Verdict): void {
    if ('unable' in verdict) {
      this.counts.unable += 1;
      this.hinder('check', server, real, `it cannot be checked: ${verdict.unable}`);
      return;
    }
    this.counts[verdict.failure === null ? 'passed' : 'failed'] += 1;
    this.hinder('check', server, real, null);
    this.add(server, real, ({ checks, ...others }) => ({ ...others, checks: [...checks, verdict] }));
  }

  told(server: string, real: string, word: AgentWord): void {
    const strange = word.unknown === null ? null : `its agent says what means nothing: ${word.unknown}`;
    this.hinder('load', server, real, strange);
    this.add(server, real, ({ words, ...others }) => ({ ...others, words: [...words, word] }));
  }

  measured(server: string, real: string, reading: Reading): void {
    this.hinder('load', server, real, null);
    this.add(server, real, (others) => ({ ...others, reading }));
  }

  /** Its load could not be read. */
  silent(server: string, real: string, reason: string): void {
    this.hinder('load', server, real, `its load is not known: ${reason.replace(/; trying again in \d+ s$/, '')}`);
  }

  /** Takes out what is new, by virtual server and real server. */
  take(): ReadonlyMap<string, ReadonlyMap<string, Observation>> {
    const taken = this.fresh;
    this.fresh = new Map();
    return taken;
  }

  private add(server: string, real: string, change: (observation: Observation) => Observation): void {
    const reals = this.fresh.get(server) ?? new Map<string, Observation>();
    reals.set(real, change(reals.get(real) ?? nothing));
    this.fresh.set(server, reals);
  }

  private hinder(what: string, server: string, real: string, reason: string | null): void {
    const key = `${what} ${server} ${real}`;
    if ((this.hindered.get(key) ?? null) === reason) return;
    if (reason === null) this.hindered.delete(key);
    else this.hindered.set(key, reason);
    this.onHindrance({ virtualServer: server, realServer: real, reason });
  }
}
