/** What a configuration gives names to, for those who type. */
export interface Names {
  readonly virtualServers: readonly NamedServer[];
  /** With how ssh reaches them. */
  readonly routers: readonly Candidate[];
  readonly devices: readonly string[];
}

export interface NamedServer {
  readonly name: string;
  /** `tcp://1.2.3.1:80`. */
  readonly address: string;
  /** Addresses of its real servers as they are declared: with a port, or without. */
  readonly realServers: readonly string[];
}

export interface Candidate {
  readonly word: string;
  readonly description: string;
}

export const noNames: Names = { virtualServers: [], routers: [], devices: [] };

/** Looks through what stands in an lvs.yaml, right or not: who types a command is not told of mistakes in the file. */
export function namesIn(document: unknown): Names {
  const file = mapping(document);
  const routers = Object.entries(mapping(file.routers));
  const servers = Object.entries(mapping(file['virtual-servers']));
  const devices = [
    ...['public', 'private', 'sync'].map((network) => mapping(file[network]).device),
    ...servers.map(([, server]) => mapping(server).device),
  ];
  return {
    virtualServers: servers.map(([name, server]) => ({
      name,
      address: text(mapping(server).address),
      realServers: list(mapping(server)['real-servers'])
        .map(realAddress)
        .filter((address) => address !== ''),
    })),
    routers: routers.map(([word, router]) => ({ word, description: text(mapping(router).ssh) })),
    devices: [...new Set(devices.map(text).filter((device) => device !== ''))],
  };
}

function realAddress(real: unknown): string {
  return text(typeof real === 'object' ? mapping(real).address : real);
}

function mapping(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
