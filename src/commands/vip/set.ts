import { vipArgument } from '../../command-line/arguments.ts';
import { changeFlags } from '../../command-line/base-command.ts';
import { requireSettings } from '../../command-line/require-settings.ts';
import { settingsOf, virtualServerOptions } from '../../command-line/server-options.ts';
import { VipCommand } from '../../command-line/vip-command.ts';
import { selectVirtualServer } from '../../config/select.ts';

export default class VipSet extends VipCommand {
  static override summary = 'Change settings of a virtual server and converge it.';
  static override description =
    'What is not given stays as it is. The kernel edits the virtual server in place: connections and counters survive.';
  static override examples = [
    '<%= config.bin %> vip set web --scheduler wlc',
    '<%= config.bin %> vip set web --persistent 300 --dry-run',
    { description: 'No persistence any more.', command: '<%= config.bin %> vip set web --persistent none' },
  ];
  static override args = { vip: vipArgument };
  static override flags = { ...changeFlags, ...virtualServerOptions };

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(VipSet);
    requireSettings(settingsOf(flags), 'vip set');
    const config = this.load(flags);
    const [real] = selectVirtualServer(config.cluster, args.vip).realServers;
    this.finish(await this.set(flags, config, args.vip, settingsOf(flags, real?.tunnel)), flags);
  }
}
