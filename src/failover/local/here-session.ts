import { accessSync, constants, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ArpingFlavour } from '../../grammar/arping-commands.ts';
import type { Router } from '../../model/cluster.ts';
import { programPath } from '../../plan/program-path.ts';
import { agentCommand } from '../../router/connection.ts';
import type { Facts } from '../../router/runner.ts';
import { Session } from '../../router/session.ts';
import { takingTurns } from '../../router/turn.ts';

/** A session on this machine that is quick to begin: of the facts, only those that a half of a failover needs. */
class HereSession extends Session {
  override async facts(programs: readonly string[]): Promise<Facts> {
    // Answered as soon as the shell is there.
    await this.unlock();
    const missing = programs.filter((name) => pathOf(name) === undefined);
    return { sessionAddress: null, missing, rivals: [], arping: flavourOf(pathOf('arping')) };
  }
}

/** Only looks; others may be at work. */
export function openHere(router: Router | null): HereSession {
  return new HereSession(agentCommand(router, true), router?.name);
}

/** Those who call us hold the lock perhaps, and wait for us: only the two halves wait for each other. */
export function openInTurn(router: Router | null): HereSession {
  const { argv, input } = agentCommand(router, true);
  return new HereSession({ argv: takingTurns(argv), input }, router?.name);
}

function pathOf(program: string): string | undefined {
  return programPath
    .split(':')
    .map((directory) => join(directory, program))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

/** Its author's name stands in the program; to ask it would take a process. */
function flavourOf(arping: string | undefined): ArpingFlavour {
  return arping !== undefined && readFileSync(arping).includes('Habets') ? 'habets' : 'iputils';
}
