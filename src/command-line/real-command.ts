import { Flags } from '@oclif/core';
import type { Config } from '../config/config.ts';
import type { Changes } from '../config/edit/mapping.ts';
import { removeRealServer, setRealServer } from '../config/edit/real-servers.ts';
import { type NamedReal, realServersAt, selectRealServer, selectVirtualServer } from '../config/select.ts';
import type { Survey } from '../converge/survey.ts';
import { LvsError } from '../model/errors.ts';
import { keyOfRealServer } from '../model/identity.ts';
import { realServerScope } from '../plan/server-scope.ts';
import { ChangeCommand, type Changed, type ChangeFlags } from './change-command.ts';

export const allFlag = Flags.string({
  helpValue: 'ADDRESS[:PORT]',
  summary: 'This machine, or this port of it, in every virtual server that it serves, instead of VIP and REAL.',
});

/** A command about declared real servers. */
export abstract class RealCommand extends ChangeCommand {
  /** The real server that VIP and REAL mean, or those that --all does. Throws `not-found`, `ambiguous`, `invalid-input`. */
  protected named(
    { cluster, file }: Config,
    words: { vip?: string | undefined; real?: string | undefined },
    all?: string,
  ): NamedReal[] {
    const { vip, real } = words;
    if (all === undefined) {
      if (vip === undefined || real === undefined) throw needsWords('VIP and REAL, or --all ADDRESS, are missing');
      const server = selectVirtualServer(cluster, vip);
      return [{ server, realKey: keyOfRealServer(selectRealServer(server, real)) }];
    }
    if (vip !== undefined) throw needsWords('--all stands instead of VIP and REAL, not beside them');
    const found = realServersAt(cluster, all);
    if (found.length > 0) return found;
    throw new LvsError('not-found', `${all} is a real server of no virtual server in ${file}`, {
      hint: '"lvs real list" shows those there are',
    });
  }

  /** Sets keys of lvs.yaml (null takes one away) of real servers, and converges them. */
  protected async set(
    flags: ChangeFlags,
    config: Config,
    reals: readonly NamedReal[],
    changes: Changes,
  ): Promise<Changed> {
    const set = (edited: Config, { server, realKey }: NamedReal) =>
      setRealServer(edited, server.name, realKey, changes);
    return this.change(flags, config, reals.reduce(set, config), { scope: realServerScope(reals) });
  }

  /**
   * Takes real servers out of the configuration, and out of the routers.
   * @param require throws where that must not be done, as the routers are
   */
  protected async remove(
    flags: ChangeFlags,
    config: Config,
    reals: readonly NamedReal[],
    require: (survey: Survey) => void = () => {},
  ): Promise<Changed> {
    const remove = (edited: Config, { server, realKey }: NamedReal) => removeRealServer(edited, server.name, realKey);
    const edited = reals.reduce(remove, config);
    return this.change(flags, config, edited, { scope: realServerScope(reals), removes: true, require });
  }

  /** The command that brings back what this one drains. */
  protected undoes({ vip = '', real = '' }: { vip?: string | undefined; real?: string | undefined }, all?: string) {
    return `lvs real enable ${all === undefined ? `${vip} ${real}` : `--all ${all}`}`;
  }
}

function needsWords(message: string): LvsError {
  return new LvsError('invalid-input', message, {
    hint: 'lvs real drain web 192.168.1.2, lvs real drain --all 192.168.1.2',
  });
}
