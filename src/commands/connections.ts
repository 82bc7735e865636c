import { Flags } from '@oclif/core';
import { optionalVipArgument } from '../command-line/arguments.ts';
import { BaseCommand, onFlag } from '../command-line/base-command.ts';
import { selectVirtualServer } from '../config/select.ts';
import { readConnections } from '../converge/connections.ts';
import { connectionsDocument, renderConnections } from '../output/connections.ts';

export default class Connections extends BaseCommand {
  static override summary = 'Show the connection table, filtered and summed.';
  static override description =
    "The active router's, or that of the router named with --on. Templates say to which real server a persistent client goes; they are no connections themselves. The kernel shows no marks of connections: those to an address that a firewall mark floats count as the mark's, unless another virtual server has them.";
  static override examples = [
    '<%= config.bin %> connections',
    '<%= config.bin %> connections web --entries',
    {
      description: 'What the backup has learnt by synchronisation.',
      command: '<%= config.bin %> connections --on lvs2',
    },
  ];
  static override args = {
    vip: optionalVipArgument,
  };
  static override flags = {
    on: onFlag,
    entries: Flags.boolean({ summary: 'List each connection, too.' }),
  };

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(Connections);
    const { cluster, file } = this.load(flags);
    const only = args.vip === undefined ? null : selectVirtualServer(cluster, args.vip);
    const { router, connections: all } = await readConnections(cluster, { on: flags.on ?? null });
    const document = connectionsDocument(cluster, file, router, all, only);
    this.print(document, flags, (_paint, { width }) => renderConnections(document, flags.entries, width));
  }
}
