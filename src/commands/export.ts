import { resolve } from 'node:path';
import { Flags } from '@oclif/core';
import { requiredArgument } from '../command-line/arguments.ts';
import { BaseCommand, onFlag } from '../command-line/base-command.ts';
import { type WrittenFormat, writers, writtenFormats } from '../formats/formats.ts';
import { warningText } from '../formats/warnings.ts';
import type { Cluster, Router } from '../model/cluster.ts';
import { monitorUnit } from '../monitor/unit.ts';
import { routerNamed, thisRouter } from '../router/locate.ts';

export default class Export extends BaseCommand {
  static override summary = "Write the configuration in another program's words.";
  static override description =
    'Writes what ipvsadm -R, keepalived or ldirectord would need to do the same, or a shell script of the commands that build it all on an empty router, to standard output; nothing is changed. "systemd" is the unit that runs "lvs monitor", whatever is declared. What that program cannot be told is told on standard error. The words are those of one router: the one named with --on, else this machine, else the first.';
  static override examples = [
    '<%= config.bin %> export ipvsadm',
    '<%= config.bin %> export keepalived --on lvs2',
    '<%= config.bin %> export commands',
    {
      description: 'Have systemd run the monitor, on each router.',
      command:
        '<%= config.bin %> export systemd > /etc/systemd/system/lvs-monitor.service\nsystemctl enable --now lvs-monitor',
    },
  ];
  static override args = {
    format: requiredArgument({
      description: 'What to write.',
      options: [...writtenFormats, 'systemd'],
    }),
  };
  static override flags = {
    on: onFlag,
    program: Flags.string({
      summary: 'With systemd: the program that the unit starts, by its absolute path; by default this one.',
      helpValue: 'FILE',
    }),
  };

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(Export);
    if (args.format === 'systemd') {
      const text = monitorUnit(resolve(flags.program ?? process.argv[1] ?? ''));
      const document = { version: 1, format: args.format, config: null, router: null, warnings: [], text };
      this.print(document, flags, () => text.trimEnd());
      return;
    }
    const { file, cluster } = this.load(flags);
    const router = routerMeant(cluster, flags.on);
    const { text, warnings } = writers[args.format as WrittenFormat](cluster, router);
    const document = {
      version: 1,
      format: args.format,
      config: { file },
      router: router?.name ?? null,
      warnings: warnings.map(({ text: found, means }) => ({ text: found, means })),
      text,
    };
    if (!flags.json) for (const warning of warnings) process.stderr.write(`warning: ${warningText(warning)}\n`);
    this.print(document, flags, () => text.trimEnd());
  }
}

function routerMeant(cluster: Cluster, on: string | undefined): Router | null {
  if (on !== undefined) return routerNamed(cluster, on, '--on');
  return thisRouter(cluster) ?? cluster.routers[0] ?? null;
}
