import { Command } from '@oclif/core';
import { requiredArgument } from '../command-line/arguments.ts';
import { completionScripts } from '../completion/scripts.ts';

type Shell = keyof typeof completionScripts;
const shells = Object.keys(completionScripts) as Shell[];

export default class Completion extends Command {
  static override summary = 'Print what makes a shell complete the command line.';
  static override description =
    'Prints a script for bash, zsh or fish, by which the Tab key completes commands and options, and the names of virtual servers, real servers, routers and devices in the configuration. The Debian package has installed it already.';
  static override examples = [
    {
      description: 'bash, for all users.',
      command: '<%= config.bin %> completion bash > /etc/bash_completion.d/lvsadm',
    },
    {
      description: 'zsh; the folder is one of $fpath.',
      command: '<%= config.bin %> completion zsh > /usr/local/share/zsh/site-functions/_lvsadm',
    },
    {
      description: 'fish.',
      command: '<%= config.bin %> completion fish > ~/.config/fish/completions/lvsadm.fish',
    },
  ];
  static override args = {
    shell: requiredArgument({ description: 'The shell.', options: shells }),
  };

  override async run(): Promise<void> {
    const { args } = await this.parse(Completion);
    process.stdout.write(completionScripts[args.shell as Shell]);
  }
}
