import { readFileSync } from 'node:fs';

/**
 * Client address, client port, server address and server port of the login that this process belongs to, as sshd(8) gives them
 * in SSH_CONNECTION; null: no login over ssh. sudo(8) drops the variable, but the parents that came before it have it still.
 */
export function sshConnection(read: (path: string) => string = readText): string | null {
  const own = process.env.SSH_CONNECTION;
  if (own !== undefined && own !== '') return own;
  for (let pid = process.ppid; pid > 1; pid = parentOf(pid, read)) {
    const connection = /(?:^|\0)SSH_CONNECTION=([^\0]+)/.exec(read(`/proc/${pid}/environ`))?.[1];
    if (connection !== undefined) return connection;
  }
  return null;
}

/** 0 where it cannot be told. The name of the program, in parentheses, may hold anything. */
function parentOf(pid: number, read: (path: string) => string): number {
  const stat = read(`/proc/${pid}/stat`);
  return Number(stat.slice(stat.lastIndexOf(')') + 1).split(' ')[2] ?? 0);
}

/** Nothing where it is gone, or somebody else's. */
function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
