import { BaseCommand, quietFlag } from '../command-line/base-command.ts';
import { count } from '../model/count.ts';
import { notesOn } from '../model/notes.ts';

export default class Validate extends BaseCommand {
  static override summary = 'Check the configuration, and nothing else.';
  static override description =
    'Reports every mistake at once, each with its line and column, what was found, what is allowed, and the nearest right word. Exits with 2 where there is one. A note tells of what is allowed and does not do what it seems to.';
  static override examples = ['<%= config.bin %> validate', '<%= config.bin %> validate --config new.yaml'];

  static override flags = { quiet: quietFlag };

  override async run(): Promise<void> {
    const { flags } = await this.parse(Validate);
    const { file, cluster } = this.load(flags);
    const virtualServers = cluster.virtualServers.length;
    const realServers = cluster.virtualServers.reduce((sum, server) => sum + server.realServers.length, 0);
    const notes = notesOn(cluster);
    const document = { version: 1, valid: true, config: { file }, virtualServers, realServers, notes };
    const counts = `${count(virtualServers, 'virtual server')}, ${count(realServers, 'real server')}`;
    this.print(document, flags, () =>
      [`${file} is valid: ${counts}`, ...notes.map((note) => `note: ${note}`)].join('\n'),
    );
  }
}
