import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What the build writes about all commands, as far as it is used here: the one list of them. */
export interface Manifest {
  /** By id: `diff`, `vip:add`. */
  readonly commands: Readonly<Record<string, ManifestCommand>>;
}

export interface ManifestCommand {
  readonly id: string;
  readonly aliases: readonly string[];
  readonly hidden?: boolean;
  readonly summary?: string;
  readonly description?: string;
  readonly usage?: string | readonly string[];
  readonly examples?: readonly (string | { readonly description: string; readonly command: string })[];
  readonly args: Readonly<Record<string, ManifestArgument>>;
  readonly flags: Readonly<Record<string, ManifestOption>>;
}

export interface ManifestArgument {
  readonly name: string;
  readonly description?: string;
  readonly required?: boolean;
  readonly multiple?: boolean;
  readonly hidden?: boolean;
  readonly options?: readonly string[];
}

export interface ManifestOption {
  readonly name: string;
  readonly type: 'boolean' | 'option';
  readonly char?: string;
  readonly aliases?: readonly string[];
  readonly allowNo?: boolean;
  readonly summary?: string;
  readonly description?: string;
  readonly required?: boolean;
  readonly multiple?: boolean;
  readonly hidden?: boolean;
  readonly helpValue?: string;
  readonly helpGroup?: string;
  readonly options?: readonly string[];
  readonly default?: unknown;
}

/** The help group by which commands mark the options that they share. */
export const commonGroup = 'COMMON';

/** @param root the package's folder. */
export function readManifest(root: string): Manifest {
  return JSON.parse(readFileSync(join(root, 'oclif.manifest.json'), 'utf8'));
}

/** The options that many commands share, each once. */
export function commonOptions({ commands }: Manifest): ManifestOption[] {
  const all = Object.values(commands).flatMap(({ flags }) => Object.values(flags));
  const common = all.filter(({ helpGroup }) => helpGroup === commonGroup);
  return [...new Map(common.map((option) => [option.name, option])).values()];
}
