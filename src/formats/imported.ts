import type { FileSpec, RouterSpec } from '../config/schema.ts';
import type { DeclaredRealServer } from '../model/cluster.ts';
import type { VirtualServerId } from '../model/state.ts';
import type { Monitoring } from './monitoring.ts';
import type { Place, Warning } from './warnings.ts';

/**
 * What a format's reader found, before it is an lvs.yaml: its virtual servers in the terms of the model, all else as the
 * file will say it. Every part knows where it came from, so that what cannot be taken over is told with its place.
 */
export interface Imported {
  readonly format: string;
  /** As the user named it; of a running router what it is called. */
  readonly file: string;
  readonly routers: readonly { readonly name: string; readonly place: Place | null; readonly spec: RouterSpec }[];
  readonly sections: Sections;
  readonly virtualServers: readonly ImportedVirtualServer[];
  readonly warnings: readonly Warning[];
}

export type Sections = Omit<FileSpec, 'routers' | 'virtual-servers'>;

export interface ImportedVirtualServer {
  readonly name: string;
  readonly place: Place | null;
  readonly id: VirtualServerId;
  /** Of a firewall mark; of others it is their own address. */
  readonly floating: readonly string[];
  /** Null: the public device. */
  readonly device: string | null;
  readonly label: string | null;
  readonly scheduler: string;
  readonly flags: readonly string[];
  /** Seconds. */
  readonly persistent: number | null;
  /** Prefix length; null: full. */
  readonly netmask: number | null;
  readonly persistenceEngine: string | null;
  readonly onePacket: boolean;
  readonly enabled: boolean;
  readonly monitoring: Monitoring;
  readonly realServers: readonly ImportedRealServer[];
}

export interface ImportedRealServer extends DeclaredRealServer {
  readonly place: Place | null;
}

/** Most formats know nothing of most of this. */
export const plainVirtualServer = {
  floating: [],
  device: null,
  label: null,
  scheduler: 'wlc',
  flags: [],
  persistent: null,
  netmask: null,
  persistenceEngine: null,
  onePacket: false,
  enabled: true,
  monitoring: {},
  realServers: [],
} as const satisfies Partial<ImportedVirtualServer>;

export const plainRealServer = {
  forward: 'masq',
  tunnel: null,
  weight: 1,
  upperThreshold: 0,
  lowerThreshold: 0,
  drain: false,
} as const satisfies Partial<ImportedRealServer>;
