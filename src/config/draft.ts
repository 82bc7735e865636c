import type { Path } from './mistake.ts';
import type { RealServerSpec } from './schema/real-server.ts';
import type { VirtualServerSpec } from './schema/virtual-server.ts';
import type { FileSpec, RouterSpec } from './schema.ts';
import type { SshDestination } from './words/ssh-destination.ts';
import type { VirtualAddress } from './words/virtual-address.ts';

/** What could be understood of lvs.yaml: each part sound in itself, not yet compared with the others. */
export interface Draft {
  readonly sections: Omit<FileSpec, 'routers' | 'virtual-servers'>;
  /** Sections that are wrong and were left out. */
  readonly mistaken: ReadonlySet<string>;
  readonly routers: readonly DraftRouter[];
  readonly virtualServers: readonly DraftVirtualServer[];
}

export interface DraftRouter {
  readonly name: string;
  readonly path: Path;
  readonly spec: RouterSpec;
  /** Where it is reached, in the order of the file. */
  readonly ssh: readonly SshDestination[];
}

/** Where the destination stands that is number `index` of a router's: alone, or in a list. */
export function sshPath({ path, spec }: DraftRouter, index: number): Path {
  return [...path, 'ssh', ...(typeof spec.ssh === 'string' ? [] : [index])];
}

export interface DraftVirtualServer {
  readonly name: string;
  readonly path: Path;
  readonly spec: VirtualServerSpec;
  /** Keys whose values are wrong and were left out of `spec`. */
  readonly mistaken: ReadonlySet<string>;
  readonly address: VirtualAddress;
  /** Canonical. */
  readonly floating: readonly string[];
  readonly realServers: readonly DraftRealServer[];
}

export interface DraftRealServer {
  /** Where it stands (see pathOf): there are many thousand of them, and a path is made only of those that are wrong. */
  readonly list: Path;
  readonly index: number;
  /** Whether it was written as an address alone. */
  readonly short: boolean;
  readonly spec: RealServerSpec;
  readonly mistaken: ReadonlySet<string>;
  readonly address: string;
  /** Null: none was written. */
  readonly port: number | null;
}

export function pathOf({ list, index }: Pick<DraftRealServer, 'list' | 'index'>): Path {
  return [...list, index];
}
