import { requiredArgument, vipArgument } from '../../command-line/arguments.ts';
import { changeFlags } from '../../command-line/base-command.ts';
import { ChangeCommand } from '../../command-line/change-command.ts';
import { declareRealServer } from '../../command-line/declare.ts';
import { realServerOptions, settingsOf } from '../../command-line/server-options.ts';
import { selectVirtualServer } from '../../config/select.ts';
import { realServerScope } from '../../plan/server-scope.ts';

export default class RealAdd extends ChangeCommand {
  static override summary = 'Add a real server to a virtual server and converge it.';
  static override description =
    'Where it is declared already with the same settings it is converged all the same; with other settings, "lvs real set" changes it.';
  static override examples = [
    '<%= config.bin %> real add web 192.168.1.2 --weight 2',
    '<%= config.bin %> real add web 192.168.1.3:8080 --upper-threshold 500 --lower-threshold 400',
  ];
  static override args = {
    vip: vipArgument,
    address: requiredArgument({
      description: "192.168.1.2 or 192.168.1.2:8080; without a port it has the virtual server's.",
    }),
  };
  static override flags = { ...changeFlags, ...realServerOptions };

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(RealAdd);
    const config = this.load(flags);
    const server = selectVirtualServer(config.cluster, args.vip);
    const { config: edited, realKey } = declareRealServer(config, server, args.address, settingsOf(flags));
    this.finish(await this.change(flags, config, edited, { scope: realServerScope([{ server, realKey }]) }), flags);
  }
}
