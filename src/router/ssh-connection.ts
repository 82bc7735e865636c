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

/**
 * Whether somebody sits at this process: it has a terminal, or belongs to a login over ssh that goes on. A service keeps the
 * SSH_CONNECTION of whoever started it for as long as it runs, and cuts nobody off.
 */
export function isAttended(read: (path: string) => string = readText): boolean {
  if (statOf(process.pid, read).terminal !== 0) return true;
  for (let pid = process.ppid; pid > 1; pid = parentOf(pid, read)) {
    if (statOf(pid, read).name.startsWith('sshd')) return true;
  }
  return false;
}

function parentOf(pid: number, read: (path: string) => string): number {
  return statOf(pid, read).parent;
}

/** Zeros where it cannot be told. The name of the program, in parentheses, may hold anything. */
function statOf(pid: number, read: (path: string) => string): { name: string; parent: number; terminal: number } {
  const stat = read(`/proc/${pid}/stat`);
  const end = stat.lastIndexOf(')');
  const [, , parent, , , terminal] = stat.slice(end + 1).split(' ');
  return {
    name: stat.slice(stat.indexOf('(') + 1, Math.max(0, end)),
    parent: Number(parent ?? 0),
    terminal: Number(terminal ?? 0),
  };
}

/** Nothing where it is gone, or somebody else's. */
function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
