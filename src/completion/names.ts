/** The names in a configuration that a command line may hold. */
export interface Names {
  readonly routers: readonly string[];
  readonly devices: readonly string[];
  readonly virtualServers: readonly NamedServer[];
}

export interface NamedServer {
  readonly name: string;
  /** As it is written: `tcp://1.2.3.1:80`. */
  readonly address: string;
  /** Addresses of its real servers, as they are written. */
  readonly realServers: readonly string[];
}

/** Whatever can be found in the value of an lvs.yaml, be the rest of it right or wrong. */
export function namesIn(value: unknown): Names {
  const file = mapping(value);
  const virtualServers = Object.entries(mapping(file['virtual-servers'])).map(([name, server]) => {
    const { address, 'real-servers': reals } = mapping(server);
    return { name, address: text(address), realServers: list(reals).map(realServer).filter(isWord) };
  });
  const devices = [
    ...['public', 'private', 'sync'].map((section) => mapping(file[section]).device),
    ...Object.values(mapping(file['virtual-servers'])).map((server) => mapping(server).device),
  ];
  return {
    routers: Object.keys(mapping(file.routers)).filter(isWord),
    devices: [...new Set(devices.map(text).filter(isWord))],
    virtualServers: virtualServers.filter(({ name }) => isWord(name)),
  };
}

function realServer(value: unknown): string {
  return typeof value === 'string' ? value : text(mapping(value).address);
}

function mapping(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** Whether it is one, and none that would be taken for an option. */
function isWord(word: string): boolean {
  return word !== '' && !word.startsWith('-');
}
