import { parseSshDestination } from '../config/words/ssh-destination.ts';
import { shellWords } from '../grammar/shell.ts';

/** What ssh or sudo refused, for people. */
export interface Explanation {
  /** What its words mean, where they do not say it themselves; null: they do. */
  readonly meaning: string | null;
  /** A line for a shell on this machine or, if it says so, on the router. */
  readonly remedy: string;
}

/** A destination of ssh(1), taken apart. */
interface Target {
  readonly destination: string;
  readonly host: string;
  readonly port: number;
  /** Null: as the configuration of ssh has it. */
  readonly user: string | null;
}

interface Case {
  readonly said: RegExp;
  readonly meaning?: string;
  readonly remedy: (target: Target, said: string) => string;
}

const compare = 'compare the fingerprint with "ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub" on its console';

/** The first that fits counts. Host keys are never taken without a look at them: nothing here turns the check off. */
const cases: readonly Case[] = [
  {
    said: /HOST IDENTIFICATION HAS CHANGED|[Hh]ost key for .* has changed/,
    meaning: 'its host key is not the one that is known here',
    remedy: (target, said) =>
      `${forget(target, said)} # only if it has a new key, then: ${byHand(target)} and ${compare}`,
  },
  {
    said: /Host key verification failed/,
    meaning: 'its host key is not known here',
    remedy: (target) => `${byHand(target)} # once by hand, and ${compare}`,
  },
  {
    said: /Permission denied \(|Too many authentication failures/,
    meaning: 'it accepts no key that ssh has here',
    remedy: (target) => shellWords(['ssh-copy-id', ...places(target)]),
  },
  {
    said: /Could not resolve hostname/,
    remedy: ({ host }) => `getent hosts ${shellWords([host])} # or give its address in "ssh:"`,
  },
  {
    said: /Connection refused/,
    remedy: () => 'systemctl enable --now ssh # on its console, and see that "ssh:" has the port that sshd listens to',
  },
  {
    said: /timed out|No route to host|[Nn]etwork is unreachable|not responding/,
    remedy: ({ host, port }) => `ping -c 3 ${shellWords([host])} # if it answers, a firewall drops port ${port}`,
  },
  { said: /you must have a tty to run sudo/, remedy: (target) => sudoers(`Defaults:${userOf(target)} !requiretty`) },
  {
    said: /a (?:terminal|password) is required|not in the sudoers file|is not allowed to (?:execute|run)|may not run sudo/,
    remedy: (target) => sudoers(sudoersLine(userOf(target))),
  },
  {
    said: /sudo: (?:command )?not found|no program sudo|[Uu]nknown command: sudo/,
    remedy: () => 'apt-get install sudo # there, as root',
  },
];

/** What is behind the words with which a session to a router ended; null: nothing that is known. */
export function explainLoss(said: string, destination: string): Explanation | null {
  const target = targetOf(destination);
  const found = cases.find((one) => one.said.test(said));
  return found === undefined ? null : { meaning: found.meaning ?? null, remedy: found.remedy(target, said) };
}

/** What sudoers(5) needs so that lvs can work there as that user: it runs a shell, which is to say that the user is root. */
function sudoersLine(user: string): string {
  return `${user} ALL=(root) NOPASSWD: /bin/sh`;
}

function sudoers(line: string): string {
  return `visudo -f /etc/sudoers.d/lvs # there, as root, with the line: ${line}`;
}

function userOf({ user }: Target): string {
  return user ?? 'USER';
}

/** As ssh itself says it, which knows the file; or for the one that it uses first. */
function forget({ host, port }: Target, said: string): string {
  const [, file, name] = /ssh-keygen -f ["']([\w./@+-]+)["'] -R ["']([\w.:[\]%-]+)["']/.exec(said) ?? [];
  if (file !== undefined && name !== undefined) return shellWords(['ssh-keygen', '-f', file, '-R', name]);
  return shellWords(['ssh-keygen', '-R', port === 22 ? host : `[${host}]:${port}`]);
}

/** What is to be tried by hand. */
export function byHand({ destination }: Pick<Target, 'destination'>): string {
  return shellWords(['ssh', destination, 'true']);
}

/** ssh-copy-id(1) takes no URI. */
function places({ host, port, user }: Target): string[] {
  return [...(port === 22 ? [] : ['-p', String(port)]), user === null ? host : `${user}@${host}`];
}

function targetOf(destination: string): Target {
  const parsed = parseSshDestination(destination);
  const { host, port } = 'value' in parsed ? parsed.value : { host: destination, port: 22 };
  const [, user = null] = /^(?:ssh:\/\/)?([^@/]*)@/.exec(destination) ?? [];
  return { destination, host, port, user };
}
