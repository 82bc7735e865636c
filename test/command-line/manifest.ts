import { commonGroup, type Manifest, type ManifestOption } from '../../src/command-line/manifest.ts';

const helpGroup = commonGroup;

const common: Record<string, ManifestOption> = {
  config: { name: 'config', char: 'c', type: 'option', helpGroup },
  json: { name: 'json', type: 'boolean', helpGroup },
  verbose: { name: 'verbose', char: 'v', type: 'boolean', helpGroup },
  color: { name: 'color', type: 'boolean', allowNo: true, helpGroup },
};

const forChanges: Record<string, ManifestOption> = {
  'dry-run': { name: 'dry-run', char: 'n', type: 'boolean', helpGroup },
  quiet: { name: 'quiet', char: 'q', type: 'boolean', helpGroup },
  'rollback-after': { name: 'rollback-after', aliases: ['confirm'], type: 'option', helpGroup },
  yes: { name: 'yes', char: 'y', type: 'boolean', helpGroup },
};

function command(id: string, own: Record<string, ManifestOption> = {}): Manifest['commands'] {
  return { [id]: { id, aliases: [], args: {}, flags: { ...common, ...own } } };
}

/** A few commands as the build writes them. */
export const manifest: Manifest = {
  commands: {
    ...command('apply', { ...forChanges, prune: { name: 'prune', type: 'boolean' } }),
    ...command('diff'),
    ...command('status'),
    ...command('vip:add', { ...forChanges, name: { name: 'name', type: 'option' } }),
    ...command('vip:set'),
    ...command('real:drain', { all: { name: 'all', type: 'boolean' } }),
  },
};
