import { BaseCommand } from '../../command-line/base-command.ts';
import { keyOfVirtualServer } from '../../model/identity.ts';
import { columns } from '../../output/table.ts';

export default class VipList extends BaseCommand {
  static override summary = 'List the declared virtual servers.';
  static override description = 'As the configuration has them; "lvs status" shows what the kernels have.';
  static override examples = ['<%= config.bin %> vip list', '<%= config.bin %> vip list --json'];

  override async run(): Promise<void> {
    const { flags } = await this.parse(VipList);
    const { cluster, file } = this.load(flags);
    const virtualServers = cluster.virtualServers.map((server) => ({
      name: server.name,
      key: keyOfVirtualServer(server.id),
      scheduler: server.scheduler,
      persistent: server.persistent,
      floating: server.floating,
      state: server.enabled ? 'enabled' : 'disabled',
      realServers: server.realServers.length,
    }));
    this.print({ version: 1, config: { file }, virtualServers }, flags, (paint, { width }) => {
      if (virtualServers.length === 0) return `no virtual servers in ${file}: "lvs vip add ADDRESS" declares one`;
      const rows = virtualServers.map(({ name, key, scheduler, persistent, realServers, state }) => {
        return [name, key, scheduler, persistent ?? '', realServers, state === 'enabled' ? '' : state];
      });
      const table = columns(['name', 'address', 'scheduler', 'persistent', 'real servers', 'state'], rows, width);
      return `${paint.quiet(`configuration ${file}`)}\n${table}`;
    });
  }
}
