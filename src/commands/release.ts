import { LocalHalfCommand, localFlags } from '../command-line/local-half-command.ts';
import { release } from '../failover/local/halves.ts';

export default class Release extends LocalHalfCommand {
  static override summary = 'Disable all floating addresses on this machine; for other cluster managers.';
  static override description =
    'The counterpart of "lvs takeover", which explains how a cluster manager calls the two. Every floating address that this machine has is disabled; rules, settings and sync daemons stay, so that it can take over again. If a route depends on one of them, that is refused (exit status 4). The other router is not contacted, nothing is asked, and no lock is taken; a takeover that is under way here is waited for. A second run does nothing.\n\nThe address by which the caller is logged in is not released. A service that was started from a login is not of that login any more.';
  static override examples = [
    '<%= config.bin %> release',
    { description: 'What it would do now.', command: '<%= config.bin %> release --dry-run' },
  ];
  static override flags = localFlags;

  override async run(): Promise<void> {
    const { flags } = await this.parse(Release);
    await this.carryOut(release, 'Nothing to do: it holds no floating address.', flags);
  }
}
