import type { Router } from '../model/cluster.ts';
import { agent } from './agent.ts';

/** A shell that becomes the agent: its words, and what it is told first. */
export interface AgentStart {
  readonly argv: readonly string[];
  readonly input: string;
}

/**
 * How the agent's shell is started: on this machine, or over ssh, by the router's first destination. The words of ssh's
 * command are constant.
 */
export function agentCommand(router: Router | null, local: boolean): AgentStart {
  const sudo = router?.sudo === true;
  if (local || router === null) {
    return sudo && process.getuid?.() !== 0
      ? { argv: ['sudo', '-n', '--', '/bin/sh', '-c', receiver], input: agentInput }
      : { argv: ['sh', '-c', agent], input: '' };
  }
  const underSudo = `exec sudo -n -- /bin/sh -c ${singleQuoted(receiver)} lvs "$SSH_CONNECTION"`;
  const command = sudo ? underSudo : `exec sh -c ${singleQuoted(agent)}`;
  const [destination = ''] = router.ssh;
  return { argv: ['ssh', '-T', ...sshOptions, '--', destination, command], input: sudo ? agentInput : '' };
}

/**
 * For sh(1): takes the agent from stdin, how many bytes it has first, and becomes it. sudo(8) logs a command with all of its
 * words: these are few, and the same for every version.
 */
const receiver = 'SSH_CONNECTION=$1; read -r size && eval "$(dd bs="$size" count=1 iflag=fullblock 2>/dev/null)"';
const agentInput = `${Buffer.byteLength(agent)}\n${agent}`;

/**
 * Nobody answers questions here. A dead network shows after 14 s, in which a living one may lose half of all packets, and a busy
 * machine gets its turn. Host keys are checked as the user's configuration says.
 */
export const sshOptions = [
  'BatchMode=yes',
  'ConnectTimeout=5',
  'ServerAliveInterval=2',
  'ServerAliveCountMax=6',
].flatMap((option) => ['-o', option]);

function singleQuoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
