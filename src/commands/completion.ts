import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Args } from '@oclif/core';
import { BaseCommand } from '../command-line/base-command.ts';

const files = { bash: 'lvsadm.bash', zsh: '_lvsadm', fish: 'lvsadm.fish' } as const;

export default class Completion extends BaseCommand {
  static override summary = 'Print what makes a shell complete commands, options and names.';
  static override description =
    'For shells that do not find it by themselves. Names of virtual servers, real servers, routers and devices come from the configuration that the command would use. Under the name lvs, too, words are completed as those of this program, and not as those of LVM.';
  static override examples = [
    { description: 'In ~/.bashrc.', command: '. <(<%= config.bin %> completion bash)' },
    { description: 'In ~/.zshrc, behind compinit.', command: '. <(<%= config.bin %> completion zsh)' },
    {
      description: 'Once, for fish.',
      command: '<%= config.bin %> completion fish > ~/.config/fish/completions/lvsadm.fish',
    },
  ];
  static override args = {
    shell: Args.string({ description: 'Which shell.', required: true, options: Object.keys(files), ignoreStdin: true }),
  };

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(Completion);
    const text = readFileSync(join(this.config.root, 'completion', files[args.shell as keyof typeof files]), 'utf8');
    this.print({ version: 1, shell: args.shell, text }, flags, () => text.trimEnd());
  }
}
