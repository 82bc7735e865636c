import { access, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { faultsOf } from './programs.ts';
import type { WrappedProgram } from './schedule.ts';
import { routerNames } from './world.ts';

export interface ProgramFault {
  readonly effect: 'pause' | 'fail' | 'hang' | 'empty' | 'garbage';
  readonly words: string;
  readonly nth: number;
  /** Whether those that follow are struck, too. */
  readonly every?: boolean;
  /** Whether what hung does its work in the end. */
  readonly late?: boolean;
}

/** What is to go wrong with the routers' programs: files beside which they say what became of it (see programs.ts). */
export class ProgramFaults {
  /** @returns false where that program is to go wrong already */
  async arm(router: string, program: WrappedProgram, fault: ProgramFault): Promise<boolean> {
    const file = join(faultsOf(router), program);
    if (await exists(file)) return false;
    const { effect, words, nth, every = false, late = false } = fault;
    await mkdir(faultsOf(router), { recursive: true });
    await writeFile(
      file,
      `effect=${effect} nth=${nth} every=${every ? 'yes' : ''} late=${late ? 'yes' : ''}\nwords='${words}'\n`,
    );
    return true;
  }

  /** Waits until it struck; false: `isOver` said so first. */
  async struck(router: string, program: WrappedProgram, isOver: () => boolean): Promise<boolean> {
    const file = join(faultsOf(router), `${program}.reached`);
    while (!(await exists(file))) {
      if (isOver()) return false;
      await pause(5);
    }
    return true;
  }

  /** Lets go on what waits. */
  async letGo(router: string, program: WrappedProgram): Promise<void> {
    await writeFile(join(faultsOf(router), `${program}.go`), '').catch(() => {});
  }

  /** Nothing goes wrong any more, and nothing waits. */
  async disarmAll(): Promise<void> {
    for (const router of routerNames) {
      const directory = faultsOf(router);
      const armed = (await readdir(directory)).filter((name) => !name.includes('.'));
      await Promise.all(armed.map((name) => rm(join(directory, name))));
      for (const name of armed) await this.letGo(router, name as WrappedProgram);
    }
  }

  async forget(): Promise<void> {
    for (const router of routerNames) {
      await rm(faultsOf(router), { recursive: true, force: true });
      await mkdir(faultsOf(router), { recursive: true });
    }
  }
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
