import { parseConfig } from '../../../src/config/config.ts';
import type { Connect } from '../../../src/converge/connect.ts';
import { converge, preview } from '../../../src/converge/converge.ts';
import type { Outcome } from '../../../src/converge/outcome.ts';
import type { Run } from '../../../src/converge/run.ts';
import type { Cluster } from '../../../src/model/cluster.ts';
import { LvsError } from '../../../src/model/errors.ts';
import { everything } from '../../../src/plan/scope.ts';
import type { SimulationOptions } from '../../simulated/kernel.ts';
import { SimulatedRouter } from './simulated-router.ts';
import { SimulatedRunner } from './simulated-runner.ts';

/** Two routers, one virtual server, two real servers. */
export const figure = `routers:
  lvs1: { ssh: root@192.168.1.11 }
  lvs2: { ssh: root@192.168.1.12 }
public: { device: eth0 }
private: { device: eth1, nat-router: 192.168.1.254/32, label: "eth1:1" }
virtual-servers:
  web:
    address: tcp://1.2.3.1:80
    scheduler: wrr
    real-servers:
      - { address: 192.168.1.2, weight: 2 }
      - 192.168.1.3
`;

export function clusterOf(text: string): Cluster {
  return parseConfig(text, 'lvs.yaml').cluster;
}

export const figureCluster = clusterOf(figure);

/** The two routers of the figure; every change on either stands in `log`, in the order in which they happened. */
export class SimulatedPair {
  readonly lvs1: SimulatedRouter;
  readonly lvs2: SimulatedRouter;
  readonly log: string[] = [];

  constructor(options: SimulationOptions = {}) {
    const own = (number: number) => [
      { address: `1.2.3.${number}`, prefix: 24, device: 'eth0', label: null },
      { address: `192.168.1.${number}`, prefix: 24, device: 'eth1', label: null },
    ];
    this.lvs1 = new SimulatedRouter('lvs1', { ...options, addresses: own(11) });
    this.lvs2 = new SimulatedRouter('lvs2', { ...options, addresses: own(12) });
    for (const { name, kernel } of this.routers) {
      kernel.onMutation(({ command }) => this.log.push(`${name}: ${command.join(' ')}`));
    }
  }

  get routers(): SimulatedRouter[] {
    return [this.lvs1, this.lvs2];
  }

  readonly connect: Connect = (router) => {
    const found = this.routers.find(({ name }) => name === router?.name);
    if (found === undefined) throw new Error(`there is no router ${router?.name}`);
    return new SimulatedRunner(found);
  };

  /** Runs as `lvs apply --yes` does, unless told otherwise. */
  apply(run: Partial<Run> & { prune?: boolean } = {}): Promise<Outcome> {
    return converge(this.run(run));
  }

  preview(run: Partial<Run> & { prune?: boolean } = {}): Promise<Outcome> {
    return preview(this.run(run));
  }

  /** Forgets what was run so far. */
  forget(): void {
    this.log.length = 0;
  }

  private run({ prune = false, ...run }: Partial<Run> & { prune?: boolean }): Run {
    return {
      cluster: figureCluster,
      on: null,
      request: () => ({ scope: everything, prune }),
      file: null,
      command: 'lvs apply',
      ask: { answered: true, ask: async () => {} },
      connect: this.connect,
      ...run,
    };
  }
}

/** The error that something ends with. */
export async function errorOf(work: Promise<unknown>): Promise<LvsError> {
  const error = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (error instanceof LvsError) return error;
  throw new Error(`no LvsError, but ${String(error)}`);
}

/** The figure, applied. */
export async function convergedPair(options: SimulationOptions = {}): Promise<SimulatedPair> {
  const pair = new SimulatedPair(options);
  await pair.apply();
  pair.forget();
  return pair;
}
