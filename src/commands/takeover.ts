import { LocalHalfCommand, localFlags } from '../command-line/local-half-command.ts';
import { takeover } from '../failover/local/halves.ts';
import { keepalivedExample, notifyExample } from '../failover/local/notify-example.ts';

export default class Takeover extends LocalHalfCommand {
  static override summary = 'Enable all floating addresses on this machine; for other cluster managers.';
  static override description =
    'For the scripts of a cluster manager that has decided already: the other router is not contacted, nothing is asked, and whether another machine has an address is not found out. "lvs failover" is the command for people. This machine is the router that $LVS_ROUTER names, else the one with its host name, else the one whose ssh address is local; any other machine is refused.\n\nWhat the router lacks of the declared rules, settings and sync daemons comes first; then every floating address that it does not have is enabled, and announced at once and for some seconds more. What is there already is left as it is, and a second run does nothing. Everything is read again; if something could not be applied, everything is rolled back.\n\nNo router\'s lock is taken: "lvs failover" may hold it while keepalived calls this command. A takeover and a release on the same machine wait for each other, at most ten seconds; if another process does the same meanwhile, only what is still missing is done.';
  static override examples = [
    {
      description:
        'In keepalived.conf, where keepalived elects the active router. It wants one address for itself, which lvs.yaml does not declare.',
      command: keepalivedExample,
    },
    {
      description:
        'And /etc/keepalived/lvs-notify, executable and writable by root alone, which keepalived starts. Scripts for single states (notify_master and its like) will not do: those of two states in quick succession run side by side, and the one that ends last may be that of the state that is over.',
      command: notifyExample,
    },
    {
      description: 'For Pacemaker, in /etc/systemd/system/lvs-addresses.service on both routers.',
      command: `[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/usr/local/bin/lvsadm takeover
ExecStop=/usr/local/bin/lvsadm release`,
    },
    { description: 'And the resource, once.', command: 'pcs resource create lvs-addresses systemd:lvs-addresses' },
    { description: 'What it would do now.', command: '<%= config.bin %> takeover --dry-run' },
  ];
  static override flags = localFlags;

  override async run(): Promise<void> {
    const { flags } = await this.parse(Takeover);
    await this.carryOut(takeover, 'Nothing to do: it holds every floating address.', flags);
  }
}
