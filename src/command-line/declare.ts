import { isDeepStrictEqual } from 'node:util';
import type { Config } from '../config/config.ts';
import type { Changes } from '../config/edit/mapping.ts';
import { addRealServer } from '../config/edit/real-servers.ts';
import { supposedRealServer, supposedVirtualServer } from '../config/edit/supposed.ts';
import { addVirtualServer } from '../config/edit/virtual-servers.ts';
import { defaultName, parseRealServerAddress, parseVirtualServerAddress } from '../config/typed-address.ts';
import type { Cluster, DeclaredVirtualServer } from '../model/cluster.ts';
import { LvsError } from '../model/errors.ts';
import { keyOfRealServer, keyOfVirtualServer, socketAddress } from '../model/identity.ts';
import type { Family } from '../model/state.ts';
import { specOf } from './server-options.ts';

/**
 * The configuration with a virtual server declared. One that is declared already is compared with what was given, and only
 * with that: where it is the same, the configuration stays as it is. Throws `conflict` where it is not.
 */
export function declareVirtualServer(
  config: Config,
  typed: string,
  name: string | undefined,
  settings: Changes,
): { config: Config; name: string } {
  const { id, address } = parseVirtualServerAddress(typed);
  const { virtualServers } = config.cluster;
  const key = keyOfVirtualServer('fwmark' in id ? { ...id, family: markFamily(settings) } : id);
  const present = virtualServers.find((server) => keyOfVirtualServer(server.id) === key);
  if (present !== undefined) {
    if (name !== undefined && name !== present.name) throw declaredOtherwise(present.name, key, ['name'], 'vip');
    const differing = differingKeys(config, settings, (changes) =>
      supposedVirtualServer(config, present.name, changes),
    );
    if (differing.length > 0) throw declaredOtherwise(present.name, key, differing, 'vip');
    return { config, name: present.name };
  }
  const taken = new Set(virtualServers.map((server) => server.name));
  const chosen = name ?? defaultName(id, taken);
  return { config: addVirtualServer(config, chosen, specOf(address, settings)), name: chosen };
}

/** A mark says no family itself: its floating addresses do, or `family`. */
function markFamily({ family, floating }: Changes): Family {
  const [address] = Array.isArray(floating) ? floating : [];
  return family === 'ipv6' || (typeof address === 'string' && address.includes(':')) ? 'ipv6' : 'ipv4';
}

/** The same for a real server. */
export function declareRealServer(
  config: Config,
  server: DeclaredVirtualServer,
  typed: string,
  settings: Changes,
): { config: Config; realKey: string } {
  const defaultPort = 'port' in server.id ? server.id.port : 0;
  const { address, port } = parseRealServerAddress(typed, defaultPort);
  const realKey = keyOfRealServer({ address, port });
  if (server.realServers.some((real) => keyOfRealServer(real) === realKey)) {
    const differing = differingKeys(config, settings, (changes) =>
      supposedRealServer(config, server.name, realKey, changes),
    );
    if (differing.length > 0) throw declaredOtherwise(`${server.name} ${realKey}`, realKey, differing, 'real');
    return { config, realKey };
  }
  const written = port === defaultPort ? address : socketAddress(address, port);
  return { config: addRealServer(config, server.name, specOf(written, settings)), realKey };
}

function differingKeys(config: Config, settings: Changes, suppose: (changes: Changes) => Cluster): string[] {
  return Object.entries(settings)
    .filter(([key, value]) => !isDeepStrictEqual(suppose({ [key]: value }), config.cluster))
    .map(([key]) => key);
}

function declaredOtherwise(words: string, key: string, differing: readonly string[], topic: 'vip' | 'real'): LvsError {
  const options = differing.map((option) => `--${option}`).join(', ');
  return new LvsError('conflict', `${key} is declared already, with another ${options}`, {
    hint:
      differing.join() === 'name'
        ? `it is called "${words}"`
        : `to change it: lvs ${topic} set ${words} ${differing.map((option) => `--${option} …`).join(' ')}`,
  });
}
