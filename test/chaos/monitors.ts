import { setTimeout as pause } from 'node:timers/promises';
import type { Running } from '../../src/rehearsal/cluster/process.ts';
import { type Violation, violation } from './played.ts';
import type { World } from './world.ts';

/** Seconds within which a monitor ends that is asked to. */
const bound = 10;

interface Service {
  readonly running: Running;
  readonly isOver: () => boolean;
  /** Whether it was asked to end, or made to. */
  readonly ends: boolean;
}

/** The monitors of the routers, as a service manager has them. */
export class Monitors {
  readonly #world: World;
  readonly #services = new Map<string, Service>();

  constructor(world: World) {
    this.#world = world;
  }

  /** Starts it unless it runs. One that is about to end is waited for. */
  async start(router: string): Promise<void> {
    const former = this.#services.get(router);
    if (former?.ends) await former.running.finished;
    else if (former !== undefined) return;
    const running = await this.#world.host(router).start(['lvs', 'monitor'], { input: '' });
    let over = false;
    void running.finished.then(() => {
      over = true;
    });
    this.#services.set(router, { running, isOver: () => over, ends: false });
  }

  /** Nothing where none runs. */
  async signal(router: string, how: NodeJS.Signals): Promise<void> {
    const service = this.#services.get(router);
    if (service === undefined || service.isOver()) return;
    this.#services.set(router, { ...service, ends: true });
    // It may end at this moment.
    await this.#world
      .host(router)
      .signal(service.running, how)
      .catch(() => {});
  }

  /** Ends all. A monitor that ended before by itself, or does not end now, breaks a promise. */
  async stop(): Promise<Violation[]> {
    const found = await Promise.all([...this.#services.keys()].map((router) => this.#stop(router)));
    this.#services.clear();
    return found.flat();
  }

  async #stop(router: string): Promise<Violation[]> {
    const service = this.#services.get(router);
    if (service === undefined) return [];
    const { running, isOver } = service;
    if (isOver()) {
      const { status, stderr } = await running.finished;
      return [violation('monitor', `it runs on ${router}`, `status ${status}: ${stderr.slice(-400)}`)];
    }
    await this.signal(router, 'SIGTERM');
    const end = performance.now() + bound * 1000;
    while (!isOver() && performance.now() < end) await pause(20);
    if (isOver()) {
      const { status, stderr } = await running.finished;
      if (status === 0) return [];
      return [violation('monitor', `it ends on ${router} with status 0`, `${status}: ${stderr.slice(-400)}`)];
    }
    running.kill();
    return [violation('monitor', `it ends on ${router} within ${bound} s of SIGTERM`, 'it does not')];
  }
}
