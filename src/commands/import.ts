import { existsSync } from 'node:fs';
import { hostname } from 'node:os';
import { Flags } from '@oclif/core';
import { optionalArgument, requiredArgument } from '../command-line/arguments.ts';
import { BaseCommand } from '../command-line/base-command.ts';
import { requireSafeToWrite } from '../command-line/config-file.ts';
import { readImportedFile, readIncluded, usualPlaces } from '../command-line/imported-file.ts';
import { routersToImport } from '../command-line/router-words.ts';
import { PendingFile } from '../converge/pending-file.ts';
import { readLiveRouters } from '../converge/read-live.ts';
import { type FileFormat, fileFormats, readers } from '../formats/formats.ts';
import type { Imported } from '../formats/imported.ts';
import { readLive } from '../formats/live/read.ts';
import type { Fallback } from '../formats/placing.ts';
import { settle } from '../formats/settle.ts';
import { warningText } from '../formats/warnings.ts';
import { importedText } from '../formats/write-yaml.ts';
import { LvsError } from '../model/errors.ts';
import { guessDevices } from '../router/guess-devices.ts';

export default class Import extends BaseCommand {
  static override summary = "Write a configuration from what runs, or from another program's.";
  static override description =
    'Writes an lvs.yaml, to standard output or to --output, and changes nothing else. What has no counterpart is told on standard error with its line and what it means for the cluster, and stands at the head of the file, too. "live" reads the kernel of this router, or of those named with --on, into a configuration from which they do not differ: what cannot be declared so stands at the end of the file as comments, and lvs leaves it alone. FILE is by default where the other program has its configuration, which is said on standard error; standard input is read for "-" only.';
  static override examples = [
    '<%= config.bin %> import live --output lvs.yaml',
    '<%= config.bin %> import live --on lvs1=root@192.168.1.11 --on lvs2=root@192.168.1.12',
    '<%= config.bin %> import piranha /etc/sysconfig/ha/lvs.cf --output lvs.yaml',
    {
      description: "Try another program's configuration in a throwaway kernel.",
      command: '<%= config.bin %> import keepalived /etc/keepalived/keepalived.conf | <%= config.bin %> rehearse -c -',
    },
  ];
  static override args = {
    format: requiredArgument({
      description: 'What to import from.',
      options: ['live', ...fileFormats],
    }),
    file: optionalArgument({
      description: `The file; "-" is standard input. Default: ${Object.values(usualPlaces).join(', ')}. Not with live.`,
    }),
  };
  static override flags = {
    output: Flags.string({ char: 'o', helpValue: 'FILE', summary: 'Write there, where no file is yet.' }),
    on: Flags.string({
      multiple: true,
      helpValue: '[NAME=]SSH[,SSH]',
      summary: 'live: a router and how ssh reaches it; twice for a pair; without, this machine is the only one.',
    }),
    sudo: Flags.boolean({ summary: 'live: run commands under "sudo -n" on the routers of --on.', dependsOn: ['on'] }),
    'public-device': Flags.string({
      helpValue: 'DEVICE',
      summary:
        "Carries the virtual servers' addresses where the format does not say; by default that of the default route here.",
    }),
    'config-id': Flags.string({
      helpValue: 'ID',
      summary: 'keepalived: what lines that begin with @ are compared with; by default the name of this host.',
    }),
  };

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(Import);
    const { output } = flags;
    if (output !== undefined) requireAbsent(output);
    const fallback = await fallbackDevice(flags['public-device']);
    const { imported, left } =
      args.format === 'live'
        ? await importLive(args.file, flags.on ?? [], flags.sudo, fallback)
        : { imported: this.importFile(args.format as FileFormat, args.file, flags, fallback), left: [] };
    const text = importedText(imported, left);
    if (output !== undefined) await (await new PendingFile(output, null, text).stage())?.commit();
    const { warnings, virtualServers } = imported;
    const document = {
      version: 1,
      format: args.format,
      config: { file: output ?? null, changed: output !== undefined },
      virtualServers: virtualServers.length,
      realServers: virtualServers.reduce((sum, { realServers }) => sum + realServers.length, 0),
      warnings: warnings.map(({ place, text: found, means }) => ({
        file: place?.file ?? null,
        line: place?.line ?? null,
        text: found,
        means,
      })),
      text,
    };
    if (!flags.json) for (const warning of warnings) process.stderr.write(`warning: ${warningText(warning)}\n`);
    this.print(document, flags, () => {
      if (output === undefined) return text.trimEnd();
      const { realServers } = document;
      return `${output} is written: ${virtualServers.length} virtual servers, ${realServers} real servers, ${warnings.length} warnings; look through it, then "lvs diff --config ${output}"`;
    });
  }

  private importFile(
    format: FileFormat,
    named: string | undefined,
    flags: { on?: string[] | undefined; 'config-id'?: string | undefined; json?: boolean; quiet?: boolean },
    fallback: Fallback,
  ): Imported {
    if (flags.on !== undefined) {
      throw new LvsError('invalid-input', `--on is for "import live"; ${format} is read from a file`);
    }
    const { file, text } = readImportedFile(named, format);
    if (named === undefined && !flags.json && !flags.quiet) process.stderr.write(`FILE is missing: ${file} is read\n`);
    const configId = flags['config-id'] ?? hostname().split('.')[0] ?? '';
    return settle(readers[format](text, file, { fallback, configId, include: readIncluded })).imported;
  }
}

async function importLive(file: string | undefined, on: readonly string[], sudo: boolean, fallback: Fallback) {
  if (file !== undefined) {
    throw new LvsError('invalid-input', `"${file}" is one word too many: live is read from routers`, {
      hint: 'name another router with --on',
    });
  }
  return readLive(await readLiveRouters(routersToImport(on, sudo)), fallback);
}

function requireAbsent(file: string): void {
  requireSafeToWrite(file);
  if (!existsSync(file)) return;
  throw new LvsError('refused', `${file} is there already: nothing was written`, {
    hint: 'name another file with --output',
  });
}

/** The device of addresses of which nobody says where they are. */
async function fallbackDevice(given: string | undefined): Promise<Fallback> {
  if (given !== undefined) return { device: given, because: 'as --public-device says' };
  const { publicDevice } = await guessDevices();
  if (publicDevice !== null) return { device: publicDevice, because: 'that of the default route on this machine' };
  return { device: 'eth0', because: 'since this machine has no default route' };
}
