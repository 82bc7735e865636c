import { Flags } from '@oclif/core';
import { BaseCommand } from '../command-line/base-command.ts';
import { configPath } from '../command-line/config-file.ts';
import { LvsError } from '../model/errors.ts';
import type { MonitorEvent } from '../monitor/events.ts';
import { parseListen } from '../monitor/listen.ts';
import { runMonitor } from '../monitor/start.ts';
import { renderMonitorEvent } from '../output/monitor-event.ts';

export default class MonitorCommand extends BaseCommand {
  static override summary = 'Check the real servers and have their weights follow health and load.';
  static override description =
    'One process on each router, in the foreground, for systemd: "lvs export systemd" prints the unit. It checks the real servers as "check:" says, hears their load as "load:" says, and changes their weights in the kernel of this machine. Each decision is one line on standard output, with its reason.\n\nIt follows lvs.yaml by itself when that is written; a file with mistakes changes nothing. What it decided stands in /run/lvs/monitor.json, and "lvs diff", "lvs apply" and "lvs status" honour it, also when the monitor has ended: the weights stay as they are, and the next monitor goes on from them. If that file cannot be read, no weight is changed.\n\nAn administrator\'s "lvs real drain" counts for more than the monitor, and the monitor for more than the weight in lvs.yaml.';
  static override examples = [
    { description: 'What it would do, without doing it.', command: '<%= config.bin %> monitor --dry-run' },
    {
      description: 'For Prometheus, on the loopback address.',
      command: '<%= config.bin %> monitor --metrics 9654',
    },
  ];
  static override flags = {
    'dry-run': Flags.boolean({ char: 'n', summary: 'Check and tell, and change nothing.' }),
    metrics: Flags.string({
      helpValue: '[ADDRESS:]PORT',
      summary: 'Serve metrics for Prometheus there; by default on 127.0.0.1.',
    }),
  };

  override async run(): Promise<void> {
    const { flags } = await this.parse(MonitorCommand);
    const path = configPath(flags.config);
    if (path === '-') {
      throw new LvsError(
        'invalid-input',
        '--config: the configuration is read again when it changes, and stdin is not',
        {
          hint: 'name a file',
        },
      );
    }
    const listen = flags.metrics === undefined ? null : parseListen(flags.metrics);
    const say = (event: MonitorEvent) => {
      const document = { version: 1, time: new Date().toISOString(), ...event };
      process.stdout.write(`${flags.json ? JSON.stringify(document) : renderMonitorEvent(event)}\n`);
    };
    const read = () => this.load({ ...flags, config: path });
    await runMonitor({ path, read, dryRun: flags['dry-run'], metrics: listen, say });
  }
}
