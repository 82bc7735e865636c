import { isMap, isScalar, isSeq } from 'yaml';
import { LvsError } from '../../model/errors.ts';
import { keyOfRealServer } from '../../model/identity.ts';
import type { Config } from '../config.ts';
import { realServerKeys } from '../schema/real-server.ts';
import { afterColon, endOfPair, isFlow, startOfPair } from './entry.ts';
import { pairOf, realServersOf, virtualServerOf } from './find.ts';
import { appendItem, removeItem, replaceItem } from './list.ts';
import { type Changes, changeKeys, insertKey } from './mapping.ts';
import { edited } from './outcome.ts';
import { notPlain } from './refusals.ts';
import { flow, inline, type Settings, type Value } from './render.ts';
import { checkRealServerChanges, checkRealServerSpec } from './spec.ts';
import { columnOf, insertedLines, type Splice } from './splice.ts';
import { realServerChanged, removed } from './values.ts';
import { beneathKey } from './virtual-servers.ts';

const keyOrder = Object.keys(realServerKeys);
const section = 'virtual-servers';
const key = 'real-servers';

/**
 * Adds a real server behind the others, in their style; one without options is written as its address alone.
 * @throws LvsError not-found (the virtual server), conflict, refused (see refusals.ts), or invalid-input.
 */
export function addRealServer(config: Config, name: string, spec: Settings): Config {
  checkRealServerSpec(spec);
  const list = realServersOf(config, name);
  const index = list?.items.length ?? 0;
  const value: Value = Object.keys(spec).length === 1 && typeof spec.address === 'string' ? spec.address : spec;
  const splice = list === null ? insertFirst(config, name, value) : appendItem(config.text, list, value);
  return edited(config, { splices: [splice], focus: [section, name, key, index], replace: () => value });
}

function insertFirst(config: Config, name: string, value: Value): Splice {
  const { text } = config;
  const map = virtualServerOf(config, name);
  const pair = pairOf(map, key);
  if (pair === null) return insertKey(text, map, map.items.length - 1, key, [value]);
  const [colon, end] = [afterColon(text, pair), endOfPair(text, pair)];
  if (isFlow(map)) return { start: colon, end, text: ` ${flow([value])}` };
  const margin = ' '.repeat(columnOf(text, startOfPair(pair)) + 2);
  return beneathKey(text, colon, end, insertedLines([`${margin}- ${inline(value)}`], text));
}

/**
 * Sets options of the real server with the key `realKey` (see keyOfRealServer); null removes one. An address alone becomes a
 * mapping.
 * @throws LvsError not-found, refused (see refusals.ts), or invalid-input where the file would have a mistake.
 */
export function setRealServer(config: Config, name: string, realKey: string, changes: Changes): Config {
  checkRealServerChanges(changes);
  const { list, index } = find(config, name, realKey);
  const { text } = config;
  const item = list.items[index];
  const edit = { focus: [section, name, key, index], replace: realServerChanged(changes) };
  if (isMap(item)) return edited(config, { ...edit, splices: changeKeys(text, item, changes, keyOrder) });
  const set = Object.entries(changes).flatMap(([option, value]) => (value === null ? [] : [[option, value] as const]));
  if (set.length === 0) return config;
  if (!isScalar(item)) throw notPlain(config.file, `real server ${realKey} of "${name}"`);
  const mapping = { address: String(item.value), ...Object.fromEntries(set) };
  return edited(config, { ...edit, splices: [replaceItem(text, list, index, mapping)] });
}

/** Removes a real server with all its lines; what stands around it stays. */
export function removeRealServer(config: Config, name: string, realKey: string): Config {
  const { list, index } = find(config, name, realKey);
  return edited(config, {
    splices: removeItem(config.text, list, index),
    focus: [section, name, key, index],
    replace: removed,
  });
}

function find(config: Config, name: string, realKey: string) {
  const list = realServersOf(config, name);
  const declared = config.cluster.virtualServers.find((server) => server.name === name)?.realServers ?? [];
  const index = declared.findIndex((real) => keyOfRealServer(real) === realKey);
  if (!isSeq(list) || index === -1)
    throw new LvsError('not-found', `virtual server "${name}" has no real server ${realKey}`);
  return { list, index };
}
