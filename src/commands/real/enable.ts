import { oneOrAllArguments } from '../../command-line/arguments.ts';
import { changeFlags } from '../../command-line/base-command.ts';
import { allFlag, RealCommand } from '../../command-line/real-command.ts';

export default class RealEnable extends RealCommand {
  static override summary = 'Bring a drained real server back, with its configured weight.';
  static override examples = [
    '<%= config.bin %> real enable web 192.168.1.2',
    '<%= config.bin %> real enable --all 192.168.1.2',
  ];
  static override args = oneOrAllArguments;
  static override flags = { ...changeFlags, all: allFlag };

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(RealEnable);
    const config = this.load(flags);
    this.finish(await this.set(flags, config, this.named(config, args, flags.all), { state: null }), flags);
  }
}
