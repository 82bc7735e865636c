import { failed, type NotPassed, withoutVerdict } from './result.ts';

/** What the network says of a real server, in plain words. */
const faults: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'the connection was reset',
  ECONNABORTED: 'the connection was reset',
  EPIPE: 'the connection was closed',
  ETIMEDOUT: 'the connection timed out',
  EHOSTUNREACH: 'no route to host',
  EHOSTDOWN: 'host is down',
  ENETUNREACH: 'network is unreachable',
  ENETDOWN: 'network is down',
  EACCES: 'not permitted by a rule on this machine',
  EPERM: 'not permitted by a rule on this machine',
};

/** What this machine lacks, which says nothing of a real server. */
const shortages: Readonly<Record<string, string>> = {
  EMFILE: 'this process has too many files open',
  ENFILE: 'this machine has too many files open',
  EADDRNOTAVAIL: 'this machine has no free local port or address',
  ENOBUFS: 'this machine has no buffer space',
  ENOMEM: 'this machine has no memory',
  EAGAIN: 'this machine is short of processes or memory',
};

/** In plain words what went wrong with a socket; null for an error without a code that is known. */
export function reasonOf(error: Error): string | null {
  const code = codeOf(error);
  return faults[code] ?? shortages[code] ?? null;
}

/** What an error of a socket means for a check. */
export function resultOf(error: Error): NotPassed {
  const code = codeOf(error);
  const shortage = shortages[code];
  return shortage === undefined ? failed(faults[code] ?? firstLine(error.message)) : withoutVerdict(shortage);
}

export function codeOf(error: Error): string {
  const { code } = error as NodeJS.ErrnoException;
  return typeof code === 'string' ? code : '';
}

/** Short enough for a line of the journal, and printable. */
export function firstLine(text: string, longest = 200): string {
  const line = text.split(/[\r\n]/, 1)[0] ?? '';
  const printable = line.replace(/\p{C}/gu, '?').trim();
  return printable.length <= longest ? printable : `${printable.slice(0, longest)}…`;
}
