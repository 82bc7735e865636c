import { spawnSync } from 'node:child_process';
import { agent } from '../../../src/router/agent.ts';
import { Session } from '../../../src/router/session.ts';

/** Every kind of sh that is here; a router may have any of them. */
export const shells = [['sh'], ['dash'], ['bash', '--posix'], ['busybox', 'sh']].filter(
  ([program = '', ...words]) => spawnSync(program, [...words, '-c', ':']).error === undefined,
);

/** A session as agentCommand starts it on this machine, by the shell given. */
export function sessionOf(shell: readonly string[]): Session {
  return new Session([...shell, '-c', agent]);
}
