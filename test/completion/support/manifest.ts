import type { Manifest, ManifestArgument, ManifestOption } from '../../../src/command-line/manifest.ts';

interface Written {
  readonly id: string;
  readonly args?: readonly (string | ManifestArgument)[];
  readonly options?: readonly string[];
  readonly switches?: readonly string[];
}

/** A manifest with these commands, as far as completion looks at one. */
export function manifestOf(commands: readonly Written[]): Manifest {
  const entries = commands.map(({ id, args = [], options = [], switches = [] }) => {
    const all = args.map((arg) => (typeof arg === 'string' ? { name: arg } : arg));
    const flags: ManifestOption[] = [
      ...options.map((name) => ({
        name,
        type: 'option' as const,
        ...(name === 'config' && { char: 'c' }),
        ...(name === 'rollback-after' && { aliases: ['confirm'] }),
      })),
      ...switches.map((name) => ({ name, type: 'boolean' as const })),
    ];
    const command = {
      id,
      aliases: [],
      args: Object.fromEntries(all.map((arg) => [arg.name, arg])),
      flags: Object.fromEntries(flags.map((flag) => [flag.name, flag])),
    };
    return [id, command] as const;
  });
  return { commands: Object.fromEntries(entries) };
}
