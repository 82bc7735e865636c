/**
 * The kernel's table of virtual servers, with the kernel's own rules on what may be added and changed. It knows nothing of
 * ipvsadm's words, defaults and messages.
 */

/** Socket address families and protocols by number, as the kernel and ipvsadm sort by them. */
export const families = { ipv4: 2, ipv6: 10 } as const;
export const protocols = { mark: 0, tcp: 6, udp: 17, sctp: 132 } as const;

export interface ServiceKey {
  readonly fwmark: number;
  readonly family: 'ipv4' | 'ipv6';
  readonly protocol: keyof typeof protocols;
  readonly address: string;
  readonly port: number;
}

export interface ServiceSettings {
  readonly scheduler: string;
  /** Bits 1, 2 and 4 for flag-1, flag-2 and flag-3. */
  readonly flags: number;
  readonly persistent: number | null;
  /** Dotted quad or prefix length. */
  readonly netmask: string;
  readonly persistenceEngine: string;
  readonly onePacket: boolean;
}

export interface DestinationKey {
  readonly address: string;
  readonly port: number;
}

export interface DestinationSettings {
  readonly forward: 'masq' | 'direct' | 'tunnel';
  readonly weight: number;
  readonly upperThreshold: number;
  readonly lowerThreshold: number;
  readonly tunnelType: 'ipip' | 'gue' | 'gre';
  readonly tunnelPort: number;
  readonly tunnelChecksum: 'nocsum' | 'csum' | 'remcsum';
}

export type Destination = DestinationKey & DestinationSettings;

export interface Service extends ServiceKey, ServiceSettings {
  readonly destinations: Map<string, Destination>;
}

export type KernelError = 'EEXIST' | 'ENOENT' | 'ESRCH' | 'ERANGE' | 'EINVAL';

export class IpvsTable {
  #services = new Map<string, Service>();
  readonly #schedulers: ReadonlySet<string>;
  readonly #persistenceEngines: ReadonlySet<string>;

  constructor(schedulers: Iterable<string>, persistenceEngines: Iterable<string>) {
    this.#schedulers = new Set(schedulers);
    this.#persistenceEngines = new Set(persistenceEngines);
  }

  services(): Service[] {
    return [...this.#services.values()];
  }

  service(key: ServiceKey): Service | undefined {
    return this.#services.get(nameOf(key));
  }

  addService(key: ServiceKey, settings: ServiceSettings): KernelError | null {
    if (this.service(key)) return 'EEXIST';
    if (!this.#hasModulesFor(settings)) return 'ENOENT';
    this.#services.set(nameOf(key), { ...key, ...settings, destinations: new Map() });
    return null;
  }

  editService(key: ServiceKey, settings: ServiceSettings): KernelError | null {
    const service = this.service(key);
    if (!service) return 'ESRCH';
    if (!this.#hasModulesFor(settings)) return 'ENOENT';
    this.#services.set(nameOf(key), { ...service, ...settings });
    return null;
  }

  deleteService(key: ServiceKey): KernelError | null {
    return this.#services.delete(nameOf(key)) ? null : 'ESRCH';
  }

  clear(): void {
    this.#services = new Map();
  }

  addDestination(key: ServiceKey, destination: Destination): KernelError | null {
    const service = this.service(key);
    if (!service) return 'ESRCH';
    if (destination.lowerThreshold > destination.upperThreshold) return 'ERANGE';
    if (service.destinations.has(nameOfDestination(destination))) return 'EEXIST';
    if (!isUnicast(destination.address)) return 'EINVAL';
    service.destinations.set(nameOfDestination(destination), destination);
    return null;
  }

  editDestination(key: ServiceKey, destination: Destination): KernelError | null {
    const service = this.service(key);
    if (!service) return 'ESRCH';
    if (destination.lowerThreshold > destination.upperThreshold) return 'ERANGE';
    if (!service.destinations.has(nameOfDestination(destination))) return 'ENOENT';
    service.destinations.set(nameOfDestination(destination), destination);
    return null;
  }

  deleteDestination(key: ServiceKey, destination: DestinationKey): KernelError | null {
    const service = this.service(key);
    if (!service) return 'ESRCH';
    return service.destinations.delete(nameOfDestination(destination)) ? null : 'ENOENT';
  }

  #hasModulesFor({ scheduler, persistenceEngine }: ServiceSettings): boolean {
    const hasEngine = persistenceEngine === '' || this.#persistenceEngines.has(persistenceEngine);
    return this.#schedulers.has(scheduler) && hasEngine;
  }
}

function nameOf({ fwmark, family, protocol, address, port }: ServiceKey): string {
  return fwmark > 0 ? `mark ${fwmark} ${family}` : `${protocol} ${address} ${port}`;
}

function nameOfDestination({ address, port }: DestinationKey): string {
  return `${address} ${port}`;
}

function isUnicast(address: string): boolean {
  return address.includes(':') ? !address.startsWith('ff') : Number(address.split('.')[0]) < 224;
}
