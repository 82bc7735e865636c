import { vipArgument } from '../../command-line/arguments.ts';
import { changeFlags } from '../../command-line/base-command.ts';
import { VipCommand } from '../../command-line/vip-command.ts';

export default class VipEnable extends VipCommand {
  static override summary = 'Bring a disabled virtual server back.';
  static override description = 'Its rules go to every router, and its address to the active one.';
  static override examples = ['<%= config.bin %> vip enable web'];
  static override args = { vip: vipArgument };
  static override flags = changeFlags;

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(VipEnable);
    this.finish(await this.set(flags, this.load(flags), args.vip, { state: null }), flags);
  }
}
