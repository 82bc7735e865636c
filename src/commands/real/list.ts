import { optionalVipArgument } from '../../command-line/arguments.ts';
import { BaseCommand } from '../../command-line/base-command.ts';
import { selectVirtualServer } from '../../config/select.ts';
import { keyOfRealServer, keyOfVirtualServer } from '../../model/identity.ts';
import { columns } from '../../output/table.ts';

export default class RealList extends BaseCommand {
  static override summary = 'List the declared real servers, of one virtual server or of all.';
  static override description = 'As the configuration has them; "lvs status" shows what the kernels have.';
  static override examples = ['<%= config.bin %> real list', '<%= config.bin %> real list web --json'];
  static override args = {
    vip: optionalVipArgument,
  };

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(RealList);
    const { cluster, file } = this.load(flags);
    const servers = args.vip === undefined ? cluster.virtualServers : [selectVirtualServer(cluster, args.vip)];
    const realServers = servers.flatMap((server) =>
      server.realServers.map((real) => ({
        virtualServer: keyOfVirtualServer(server.id),
        name: server.name,
        key: keyOfRealServer(real),
        forward: real.forward,
        weight: real.weight,
        upperThreshold: real.upperThreshold,
        lowerThreshold: real.lowerThreshold,
        state: real.drain ? 'drain' : 'enabled',
      })),
    );
    this.print({ version: 1, config: { file }, realServers }, flags, (paint, { width }) => {
      if (realServers.length === 0) return `no real servers in ${file}: "lvs real add VIP ADDRESS" adds one`;
      const rows = realServers.map((real) => [
        real.name,
        real.key,
        real.forward,
        real.weight,
        real.upperThreshold || '',
        real.lowerThreshold || '',
        real.state === 'enabled' ? '' : real.state,
      ]);
      const table = columns(
        ['virtual server', 'real server', 'forward', 'weight', 'upper', 'lower', 'state'],
        rows,
        width,
      );
      return `${paint.quiet(`configuration ${file}`)}\n${table}`;
    });
  }
}
