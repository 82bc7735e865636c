import { vipArgument } from '../../command-line/arguments.ts';
import { changeFlags } from '../../command-line/base-command.ts';
import { VipCommand } from '../../command-line/vip-command.ts';

export default class VipDisable extends VipCommand {
  static override summary = 'Take a virtual server out of the kernel and keep its declaration.';
  static override description = 'Its address goes first, unless another virtual server has it too, and then its rules.';
  static override examples = ['<%= config.bin %> vip disable web'];
  static override args = { vip: vipArgument };
  static override flags = changeFlags;

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(VipDisable);
    this.finish(await this.set(flags, this.load(flags), args.vip, { state: 'disabled' }), flags);
  }
}
