import { isMap, isSeq, type Pair, type YAMLMap, type YAMLSeq } from 'yaml';
import { LvsError } from '../../model/errors.ts';
import type { Config } from '../config.ts';
import { keyOf } from '../source.ts';
import { isEmpty } from './entry.ts';
import { notPlain } from './refusals.ts';

export function pairOf(map: YAMLMap, key: string): Pair | null {
  return map.items.find((pair) => keyOf(pair) === key) ?? null;
}

export function rootOf({ source, file }: Config): YAMLMap {
  const root = source.document.contents;
  if (!isMap(root)) throw notPlain(file, 'the file');
  return root;
}

/** The mapping of virtual servers; null where there is none yet. */
export function virtualServersOf(config: Config): YAMLMap | null {
  const pair = pairOf(rootOf(config), 'virtual-servers');
  if (pair === null || isEmpty(pair.value)) return null;
  if (!isMap(pair.value)) throw notPlain(config.file, 'virtual-servers');
  return pair.value;
}

/** @throws LvsError not-found, or refused where it is written in a way that cannot be edited. */
export function virtualServerOf(config: Config, name: string): YAMLMap {
  const servers = virtualServersOf(config);
  const value = servers === null ? null : pairOf(servers, name)?.value;
  if (isMap(value)) return value;
  if (config.cluster.virtualServers.some((server) => server.name === name)) throw notPlain(config.file, `"${name}"`);
  throw unknownVirtualServer(config, name);
}

export function unknownVirtualServer({ file }: Config, name: string): LvsError {
  return new LvsError('not-found', `${file} has no virtual server "${name}"`);
}

/** A virtual server's list of real servers; null where it has none yet. */
export function realServersOf(config: Config, name: string): YAMLSeq | null {
  const pair = pairOf(virtualServerOf(config, name), 'real-servers');
  if (pair !== null && isSeq(pair.value) && pair.value.items.length > 0) return pair.value;
  const inherited = config.cluster.virtualServers.some(
    (server) => server.name === name && server.realServers.length > 0,
  );
  if (inherited || !(pair === null || isEmpty(pair.value))) throw notPlain(config.file, `real-servers of "${name}"`);
  return null;
}
