import type { Family } from '../../model/state.ts';
import { wholeNumberIn } from '../numbers.ts';
import { readEndpoint, readPort, readRange } from './addresses.ts';
import type { Statement } from './blocks.ts';
import { wrong } from './keywords.ts';

/** What a virtual server listens on, before its protocol and family are known. */
export type Where =
  | { readonly address: string; readonly port: number }
  | { readonly fwmark: number; readonly family: Family | null };

/** Groups by name. @throws LvsError invalid-input */
export function readGroups(statements: readonly Statement[]): Map<string, Statement> {
  return new Map(statements.map((statement) => [statement.words[0] ?? '', statement]));
}

/** @throws LvsError invalid-input */
export function readWhere(statement: Statement): Where {
  const [kind = '', word] = statement.words;
  if (kind !== 'fwmark') {
    const { address, port } = readEndpoint(statement, statement.words);
    return { address, port: port ?? 0 };
  }
  return { fwmark: readMark(statement, word), family: null };
}

/** One line of a group. @throws LvsError invalid-input */
export function readEntry(statement: Statement): Where[] {
  const { keyword, words } = statement;
  if (keyword !== 'fwmark') {
    const port = readPort(statement, words[0]) ?? 0;
    return readRange(statement, keyword).map((address) => ({ address, port }));
  }
  const [mark, word] = words;
  const family = word === undefined ? null : word === 'inet6' ? 'ipv6' : word === 'inet' ? 'ipv4' : undefined;
  if (family === undefined) throw wrong(statement, 'inet or inet6 behind the mark');
  return [{ fwmark: readMark(statement, mark), family }];
}

function readMark(statement: Statement, word: string | undefined): number {
  const mark = wholeNumberIn(word, 1, 0xffff_ffff);
  if (mark === null) throw wrong(statement, 'a firewall mark from 1 to 4294967295');
  return mark;
}
