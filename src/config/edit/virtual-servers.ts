import { isMap } from 'yaml';
import { LvsError } from '../../model/errors.ts';
import type { Config } from '../config.ts';
import { virtualServerKeys } from '../schema/virtual-server.ts';
import { keyOf } from '../source.ts';
import { afterColon, endOfEntry, endOfPair, isFlow, startOfPair } from './entry.ts';
import { pairOf, rootOf, unknownVirtualServer, virtualServerOf, virtualServersOf } from './find.ts';
import { insertIntoFlow, removeFromFlow } from './flow.ts';
import { type Changes, changeKeys, removeFromBlock } from './mapping.ts';
import { edited } from './outcome.ts';
import { blockPair, flow, flowPair, type Settings } from './render.ts';
import { checkVirtualServerChanges, checkVirtualServerSpec } from './spec.ts';
import { columnOf, endOfLine, insertedLines, type Splice } from './splice.ts';
import { removed, withChanges } from './values.ts';

const keyOrder = [...Object.keys(virtualServerKeys), 'real-servers'];
const section = 'virtual-servers';

/**
 * Declares a virtual server behind the others, in their style. `spec` has the file's own keys.
 * @throws LvsError conflict where the name is taken, refused (see refusals.ts), invalid-input where the file would have a mistake.
 */
export function addVirtualServer(config: Config, name: string, spec: Settings): Config {
  checkVirtualServerSpec(spec);
  if (config.cluster.virtualServers.some((server) => server.name === name))
    throw new LvsError('conflict', `${config.file} has a virtual server "${name}" already`);
  const ordered = inOrder(spec);
  return edited(config, { splices: [insertion(config, name, ordered)], focus: [section, name], replace: () => spec });
}

function inOrder(spec: Settings): Settings {
  const rank = (key: string) => keyOrder.indexOf(key);
  return Object.fromEntries(Object.entries(spec).toSorted(([a], [b]) => rank(a) - rank(b)));
}

function insertion(config: Config, name: string, spec: Settings): Splice {
  const { text } = config;
  const servers = virtualServersOf(config);
  if (servers === null) return insertFirst(config, name, spec);
  const last = servers.items.length - 1;
  const pair = servers.items[last];
  if (isFlow(servers) || pair === undefined) return insertIntoFlow(text, servers, last, flowPair(name, spec));
  const column = columnOf(text, startOfPair(pair));
  const end = endOfEntry(text, endOfPair(text, pair), column);
  const entry = isFlow(pair.value)
    ? [`${' '.repeat(column)}${flowPair(name, spec)}`]
    : blockEntry(name, spec, column, stepOf(text, pair, column));
  const apart = last > 0 && blankLineBefore(text, startOfPair(pair));
  return { start: end, end, text: insertedLines(apart ? ['', ...entry] : entry, text) };
}

/** By how much the keys of the virtual server in front are indented further than its name. */
function stepOf(text: string, pair: { value: unknown }, column: number): number {
  const first = isMap(pair.value) ? pair.value.items[0] : undefined;
  return first === undefined ? 2 : Math.max(1, columnOf(text, startOfPair(first)) - column);
}

function blockEntry(name: string, spec: Settings, column: number, step: number): string[] {
  const keys = Object.entries(spec).flatMap(([key, value]) => blockPair(key, value, column + step, step));
  return [`${' '.repeat(column)}${flow(name)}:`, ...keys];
}

function blankLineBefore(text: string, offset: number): boolean {
  return /\n[ \t]*\r?\n(?:[ \t]*#[^\n]*\n)*[ \t]*$/.test(text.slice(Math.max(0, offset - 2000), offset));
}

/** Where there is no virtual server yet, and perhaps no section for them either. */
function insertFirst(config: Config, name: string, spec: Settings): Splice {
  const { text } = config;
  const root = rootOf(config);
  const pair = pairOf(root, section);
  const last = root.items.at(-1);
  if (isFlow(root)) {
    if (pair === null) return insertIntoFlow(text, root, root.items.length - 1, flowPair(section, { [name]: spec }));
    return { start: afterColon(text, pair), end: endOfPair(text, pair), text: ` ${flow({ [name]: spec })}` };
  }
  const entry = insertedLines(blockEntry(name, spec, 2, 2), text);
  if (pair !== null) return beneathKey(text, afterColon(text, pair), endOfPair(text, pair), entry);
  const end = last === undefined ? 0 : endOfEntry(text, endOfPair(text, last), 0);
  return { start: end, end, text: insertedLines(['', `${section}:`], text) + entry };
}

/** Puts lines beneath a key whose empty value, if any, goes; a remark behind it stays. */
export function beneathKey(text: string, colon: number, end: number, lines: string): Splice {
  const remark = text.slice(end, endOfLine(text, end));
  return { start: colon, end: endOfLine(text, end), text: `${remark.trim() === '' ? '' : remark}${lines}` };
}

/**
 * Sets keys of a virtual server; null removes one.
 * @throws LvsError not-found, refused (see refusals.ts), or invalid-input where the file would have a mistake.
 */
export function setVirtualServer(config: Config, name: string, changes: Changes): Config {
  checkVirtualServerChanges(changes);
  const map = virtualServerOf(config, name);
  const splices = changeKeys(config.text, map, changes, keyOrder);
  return edited(config, { splices, focus: [section, name], replace: withChanges(changes) });
}

/** Withdraws a virtual server with all its lines; what stands around it stays. */
export function removeVirtualServer(config: Config, name: string): Config {
  const servers = virtualServersOf(config);
  if (servers === null || pairOf(servers, name) === null) throw unknownVirtualServer(config, name);
  const indices = new Set([servers.items.findIndex((pair) => keyOf(pair) === name)]);
  const { text } = config;
  const splices = isFlow(servers)
    ? removeFromFlow(text, servers, indices)
    : removeFromBlock(text, servers.items, indices);
  return edited(config, { splices, focus: [section, name], replace: removed });
}
