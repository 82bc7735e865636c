import type { Config } from '../config/config.ts';
import type { Changes } from '../config/edit/mapping.ts';
import { setVirtualServer } from '../config/edit/virtual-servers.ts';
import { selectVirtualServer } from '../config/select.ts';
import { virtualServerScope } from '../plan/server-scope.ts';
import { ChangeCommand, type Changed, type ChangeFlags } from './change-command.ts';

/** A command that changes settings of one declared virtual server. */
export abstract class VipCommand extends ChangeCommand {
  /** Sets keys of lvs.yaml (null takes one away) and converges the virtual server. */
  protected async set(flags: ChangeFlags, config: Config, vip: string, changes: Changes): Promise<Changed> {
    const before = selectVirtualServer(config.cluster, vip);
    const edited = setVirtualServer(config, before.name, changes);
    const after = selectVirtualServer(edited.cluster, before.name);
    return this.change(flags, config, edited, { scope: virtualServerScope(edited.cluster, [before, after]) });
  }
}
