import { parseConfig } from '../config/config.ts';
import { parseSavedRules } from '../grammar/saved-rules.ts';
import type { Cluster } from '../model/cluster.ts';
import { keyOfRealServer, keyOfVirtualServer } from '../model/identity.ts';

/** What a configuration declares, by what it is called in a question. */
type Declared = ReadonlyMap<string, string>;

/**
 * What the installed configuration declares and the one that would replace it does not: words for each, that of virtual servers
 * first. What an edit itself takes away is none of it.
 * @param installed the text; null: it is not there any more, and the rules that were kept for the boot tell what it declared
 * @param former what was declared before an edit
 */
export function declaredLess(
  { installed, rules }: { readonly installed: string | null; readonly rules: string | null },
  cluster: Cluster,
  former: Cluster,
): string[] {
  const there = installed === null ? null : clusterIn(installed);
  const declared = there === null ? declaredByRules(rules ?? '') : declaredBy(there);
  const [now, before] = [declaredBy(cluster), declaredBy(former)];
  const isLost = (key: string) => !now.has(key) && !before.has(key);
  return [...declared].flatMap(([key, words]) => (isLost(key) && !isPartOf(key, isLost) ? [words] : []));
}

/** A real server goes with its virtual server. */
function isPartOf(key: string, isLost: (key: string) => boolean): boolean {
  const [server, real] = key.split(' -> ');
  return real !== undefined && isLost(server ?? '');
}

function declaredBy({ virtualServers, private: inner }: Cluster): Declared {
  const declared = new Map<string, string>();
  for (const { id, name } of virtualServers) {
    const key = keyOfVirtualServer(id);
    declared.set(key, key === name ? key : `${name} (${key})`);
  }
  for (const { id, name, realServers } of virtualServers) {
    for (const real of realServers) {
      const key = keyOfRealServer(real);
      declared.set(`${keyOfVirtualServer(id)} -> ${key}`, `${key} of ${name}`);
    }
  }
  // The address of a virtual server goes with it; others stand for themselves.
  for (const { address } of inner?.natRouters ?? []) declared.set(address, address);
  for (const { id, floating } of virtualServers)
    if ('fwmark' in id) for (const each of floating) declared.set(each, each);
  return declared;
}

function declaredByRules(text: string): Declared {
  const declared = new Map<string, string>();
  for (const [key, { realServers }] of parseSavedRules(text, 'boot.rules')) {
    declared.set(key, key);
    for (const real of realServers.keys()) declared.set(`${key} -> ${real}`, `${real} of ${key}`);
  }
  return declared;
}

/** Null if this program does not understand it: another program wrote it. */
function clusterIn(text: string): Cluster | null {
  try {
    return parseConfig(text, 'the installed configuration').cluster;
  } catch {
    return null;
  }
}
