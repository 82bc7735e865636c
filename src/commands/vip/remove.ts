import { vipArgument } from '../../command-line/arguments.ts';
import { changeFlags } from '../../command-line/base-command.ts';
import { ChangeCommand } from '../../command-line/change-command.ts';
import { removeVirtualServer } from '../../config/edit/virtual-servers.ts';
import { selectVirtualServer } from '../../config/select.ts';
import { virtualServerScope } from '../../plan/server-scope.ts';

export default class VipRemove extends ChangeCommand {
  static override summary = 'Withdraw a virtual server, from the configuration and from the routers.';
  static override description = 'Its address goes first, unless another virtual server has it too, and then its rules.';
  static override examples = [
    '<%= config.bin %> vip remove web',
    '<%= config.bin %> vip remove udp://1.2.3.1:53 --yes',
  ];
  static override args = { vip: vipArgument };
  static override flags = changeFlags;

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(VipRemove);
    const config = this.load(flags);
    const server = selectVirtualServer(config.cluster, args.vip);
    const edited = removeVirtualServer(config, server.name);
    this.finish(
      await this.change(flags, config, edited, { scope: virtualServerScope(edited.cluster, [server]), removes: true }),
      flags,
    );
  }
}
