import { realArgument, vipArgument } from '../../command-line/arguments.ts';
import { changeFlags } from '../../command-line/base-command.ts';
import { RealCommand } from '../../command-line/real-command.ts';
import { requireSettings } from '../../command-line/require-settings.ts';
import { realServerOptions, settingsOf } from '../../command-line/server-options.ts';
import { selectRealServer, selectVirtualServer } from '../../config/select.ts';

export default class RealSet extends RealCommand {
  static override summary = 'Change settings of a real server and converge it.';
  static override description =
    'What is not given stays as it is. The kernel edits the real server in place: its connections survive.';
  static override examples = [
    '<%= config.bin %> real set web 192.168.1.2 --weight 3',
    '<%= config.bin %> real set web 192.168.1.2 --upper-threshold none --dry-run',
  ];
  static override args = { vip: vipArgument, real: realArgument };
  static override flags = { ...changeFlags, ...realServerOptions };

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(RealSet);
    requireSettings(settingsOf(flags), 'real set');
    const config = this.load(flags);
    const reals = this.named(config, args);
    const tunnel = selectRealServer(selectVirtualServer(config.cluster, args.vip), args.real).tunnel;
    this.finish(await this.set(flags, config, reals, settingsOf(flags, tunnel)), flags);
  }
}
