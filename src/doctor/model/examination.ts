import type { Device } from '../../grammar/addresses.ts';
import type { ArpingFlavour } from '../../grammar/arping-commands.ts';
import type { Cluster, Router } from '../../model/cluster.ts';
import type { ManagedDevice } from '../../model/managed-device.ts';
import type { Family, RouterState } from '../../model/state.ts';
import type { Desired } from '../../plan/desired.ts';
import type { Ruleset } from '../firewall/ruleset.ts';
import type { KeptSetting } from './sysctl-files.ts';

/** Everything that was looked at, on every router. */
export interface Examination {
  readonly cluster: Cluster;
  readonly routers: readonly Examined[];
  readonly unreachable: readonly { readonly name: string; readonly reason: string; readonly remedy: string }[];
}

/** One router as it was found. What could not be read is null. */
export interface Examined {
  readonly name: string;
  /** Null: this machine, of which the configuration says nothing. */
  readonly router: Router | null;
  readonly desired: Desired;
  /** Programs that are not there. */
  readonly missing: readonly string[];
  readonly arping: ArpingFlavour;
  /** Running programs and configuration files of others who would move addresses or rules. */
  readonly rivals: readonly string[];
  readonly systemd: boolean;
  readonly kernel: KernelFacts;
  readonly versions: Versions;
  /** Without rules. Null: there is no ip(8). */
  readonly state: RouterState | null;
  readonly devices: ReadonlyMap<string, Device>;
  readonly defaultDevices: ReadonlyMap<Family, readonly string[]>;
  /** What floating addresses were answered with when the router asked for them on the wire. */
  readonly wire: readonly WireAnswer[];
  readonly neighbours: ReadonlyMap<string, Neighbour>;
  /** Null: there is no program to find out with. */
  readonly connects: readonly Connect[] | null;
  readonly clock: Clock | null;
  readonly sync: SyncFacts;
  readonly firewall: readonly Ruleset[];
  readonly election: ElectionFacts | null;
  /** Programs called lvs that are found there, in the order of the path. */
  readonly lvs: readonly { readonly path: string; readonly isLvm: boolean }[];
  /** Devices of floating addresses with who manages them. */
  readonly managed: readonly ManagedDevice[];
  /** The unit that runs the monitor there; null: there is none. */
  readonly monitorUnit: MonitorUnit | null;
  /** sysctl names to what files set at the next boot. */
  readonly lasting: ReadonlyMap<string, KeptSetting>;
  /** The same of our own file alone. */
  readonly kept: ReadonlyMap<string, KeptSetting>;
}

export interface KernelFacts {
  /** Whether the kernel has IPVS at the moment. */
  readonly ipvs: boolean;
  readonly release: string;
  /** By name; `unknown` where there is no modprobe(8). */
  readonly modules: ReadonlyMap<string, 'loaded' | 'available' | 'missing' | 'unknown'>;
}

export interface MonitorUnit {
  /** Its file. */
  readonly path: string;
  /** In lower case. */
  readonly capabilities: readonly string[];
  /** System calls that are allowed; none: all are. */
  readonly calls: readonly string[];
}

/** What programs say of themselves, by name. */
export type Versions = ReadonlyMap<string, string>;

export interface WireAnswer {
  readonly address: string;
  readonly device: string;
  /** Hardware addresses, in lower case; null: nobody can tell. */
  readonly macs: readonly string[] | null;
}

export interface Neighbour {
  readonly device: string;
  /** In lower case; null: nobody answers. */
  readonly mac: string | null;
}

/** A TCP connection that was tried from a router, and closed at once where it came about. */
export interface Connect {
  readonly address: string;
  readonly port: number;
  /** Whether it went out by the network device alone, with an address of another network as its source. */
  readonly asClient: { readonly source: string; readonly device: string } | null;
  /** `barred`: it could not leave the router. */
  readonly result: 'open' | 'refused' | 'silent' | 'unreachable' | 'barred';
}

/** How far a router's clock is ahead of this machine's, in milliseconds, and how exactly that is known. */
export interface Clock {
  readonly ahead: number;
  readonly uncertainty: number;
}

export interface SyncFacts {
  /** Devices on which the router listens to the synchronisation's group. */
  readonly listening: readonly string[];
  /** Established connections in the IPVS table, as protocol, client and virtual server. */
  readonly connections: ReadonlySet<string>;
  /** All entries, in whatever state. */
  readonly known: ReadonlySet<string>;
}

export interface ElectionFacts {
  readonly state: 'MASTER' | 'BACKUP' | 'FAULT' | 'INIT' | 'unknown' | 'not running';
  /** Whose keepalived.conf is; `none`: there is none. */
  readonly conf: 'ours' | 'edited' | 'theirs' | 'none';
}
