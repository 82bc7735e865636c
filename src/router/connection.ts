import type { Router } from '../model/cluster.ts';
import { agent } from './agent.ts';

/**
 * How the agent's shell is started: on this machine, or over ssh, by the router's first destination. The words of ssh's
 * command are constant.
 */
export function agentCommand(router: Router | null, local: boolean): string[] {
  const sudo = router?.sudo === true;
  if (local || router === null) {
    return sudo && process.getuid?.() !== 0 ? ['sudo', '-n', '--', 'sh', '-c', agent] : ['sh', '-c', agent];
  }
  const shell = `sh -c ${singleQuoted(agent)}`;
  const command = sudo ? `exec sudo -n -- env SSH_CONNECTION="$SSH_CONNECTION" ${shell}` : `exec ${shell}`;
  const [destination = '', ...others] = router.ssh;
  // The first value that ssh is given for an option is the one that counts.
  const short = others.length === 0 ? [] : ['-o', `ConnectTimeout=${shortConnectSeconds}`];
  return ['ssh', '-T', ...short, ...sshOptions, '--', destination, command];
}

/** How long one destination is tried while there is another. */
const shortConnectSeconds = 5;

/** Nobody answers questions here, and a dead network shows within 15 s. Host keys are checked as the user's configuration says. */
export const sshOptions = [
  'BatchMode=yes',
  'ConnectTimeout=10',
  'ServerAliveInterval=4',
  'ServerAliveCountMax=3',
].flatMap((option) => ['-o', option]);

function singleQuoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
