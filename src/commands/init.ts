import { Flags } from '@oclif/core';
import { BaseCommand, quietFlag } from '../command-line/base-command.ts';
import { configToWrite } from '../command-line/config-file.ts';
import { routersFrom } from '../command-line/router-words.ts';
import { starter } from '../command-line/starter.ts';
import { PendingFile } from '../converge/pending-file.ts';
import { guessDevices } from '../router/guess-devices.ts';

export default class Init extends BaseCommand {
  static override summary = 'Write a configuration to start from.';
  static override description =
    'Writes a commented lvs.yaml without virtual servers, to ./lvs.yaml unless --config says otherwise. Devices that are not given are guessed from this machine: the one of the default route is public, another one private. A NAT router address needs a private device, given or guessed. A file that is there already is left alone.';
  static override examples = [
    '<%= config.bin %> init --nat-router 192.168.1.254',
    '<%= config.bin %> init --router lvs1=root@192.168.1.11 --router lvs2=root@192.168.1.12 --public-device eth0 --private-device eth1 --nat-router 192.168.1.254',
  ];
  static override flags = {
    router: Flags.string({
      multiple: true,
      helpValue: 'NAME=SSH[,SSH]',
      summary: 'A router and how ssh reaches it; twice for a pair; without, this machine is the only one.',
    }),
    'public-device': Flags.string({ helpValue: 'DEVICE', summary: "Carries the virtual servers' addresses." }),
    'private-device': Flags.string({ helpValue: 'DEVICE', summary: 'Leads to the real servers.' }),
    'nat-router': Flags.string({ helpValue: 'ADDRESS', summary: "The real servers' default route." }),
    'dry-run': Flags.boolean({ char: 'n', summary: 'Show the file, and write nothing.' }),
    quiet: quietFlag,
  };

  override async run(): Promise<void> {
    const { flags } = await this.parse(Init);
    const guessed = await guessDevices();
    const { text, cluster } = starter({
      routers: routersFrom(flags.router ?? []),
      publicDevice: flags['public-device'] ?? guessed.publicDevice ?? 'eth0',
      privateDevice: flags['private-device'] ?? guessed.privateDevice,
      natRouter: flags['nat-router'] ?? null,
    });
    const file = flags['dry-run'] ? 'lvs.yaml' : configToWrite(flags.config);
    if (!flags['dry-run']) await (await new PendingFile(file, null, text).stage())?.commit();
    const { device: publicDevice = null } = cluster.public ?? {};
    const { device: privateDevice = null } = cluster.private ?? {};
    const document = {
      version: 1,
      config: { file, changed: true },
      applied: !flags['dry-run'],
      publicDevice,
      privateDevice,
    };
    this.print(document, flags, () => {
      if (flags['dry-run']) return text.trimEnd();
      return `${file} is written: public device ${publicDevice}, private device ${privateDevice ?? 'none'}; look through it, then "lvs vip add ADDRESS"`;
    });
  }
}
