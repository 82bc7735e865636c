import { mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { RouterHost } from '../topology/topology.ts';
import { runWell } from './process.ts';

/** Home directories of the routers' users, apart from those of this machine. */
const homes = '/var/home';

/** The files with which the routers know each other by ssh: a host key each, and one key pair of their administrator. */
export interface Identity {
  /** File of the private key; the public one has `.pub`. */
  readonly administrator: string;
  hostKeyOf(router: string): string;
}

/** The identity that is kept in a directory, which only the rehearsal sees. */
export function identityIn(directory: string): Identity {
  return { administrator: join(directory, 'administrator'), hostKeyOf: (router) => join(directory, `host-${router}`) };
}

/** Makes the keys. */
export async function makeIdentity(identity: Identity, routers: readonly RouterHost[]): Promise<void> {
  await mkdir(dirname(identity.administrator), { recursive: true });
  const files = [identity.administrator, ...routers.map(({ name }) => identity.hostKeyOf(name))];
  await Promise.all(
    files.map((file) => runWell(['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-C', 'rehearsal', '-f', file])),
  );
}

/** A file of a router, by its path there without the first slash. */
export type RouterFiles = ReadonlyMap<string, { readonly content: string; readonly mode: number }>;

/** What makes a router reachable by ssh: users without passwords, keys, known hosts, and the two configurations. */
export async function identityFiles(
  router: RouterHost,
  routers: readonly RouterHost[],
  identity: Identity,
): Promise<RouterFiles> {
  const users = [...new Set(['root', ...router.ssh.map(({ user }) => user)])];
  const read = (file: string) => readFile(file, 'utf8');
  const [hostKey, privateKey, publicKey] = await Promise.all([
    read(identity.hostKeyOf(router.name)),
    read(identity.administrator),
    read(`${identity.administrator}.pub`),
  ]);
  const files = new Map([
    ['etc/hostname', open(`${router.name}\n`)],
    ['etc/hosts', open(hosts(routers))],
    ['etc/nsswitch.conf', open('passwd: files\ngroup: files\nshadow: files\nhosts: files\n')],
    ['etc/passwd', open(passwd(users))],
    // A star is no password, but does not lock the account as an exclamation mark would.
    ['etc/shadow', secret(users.map((user) => `${user}:*:19000:0:99999:7:::\n`).join(''))],
    ['etc/ssh/sshd_config', open(sshdConfig(router.ssh.map(({ port }) => port)))],
    ['etc/ssh/ssh_config', open('Host *\n  StrictHostKeyChecking yes\n')],
    ['etc/ssh/ssh_known_hosts', open(await knownHosts(routers, identity))],
    ['etc/ssh/ssh_host_ed25519_key', secret(hostKey)],
  ]);
  for (const user of users) {
    files.set(`var/home/${user}/.ssh/id_ed25519`, secret(privateKey));
    files.set(`var/home/${user}/.ssh/authorized_keys`, secret(publicKey));
  }
  return files;
}

function open(content: string): { content: string; mode: number } {
  return { content, mode: 0o644 };
}

function secret(content: string): { content: string; mode: number } {
  return { content, mode: 0o600 };
}

function hosts(routers: readonly RouterHost[]): string {
  const lines = routers.flatMap(({ name, ssh }) =>
    ssh.map(
      ({ address, host }, index) => `${address} ${[...new Set([host, ...(index === 0 ? [name] : [])])].join(' ')}\n`,
    ),
  );
  return `127.0.0.1 localhost\n::1 localhost\n${lines.join('')}`;
}

/** Every user is the administrator under another name: inside there is nobody to keep apart. */
function passwd(users: readonly string[]): string {
  return [
    ...users.map((user) => `${user}:x:0:0::${homes}/${user}:/bin/bash\n`),
    'sshd:x:102:65534::/run/sshd:/usr/sbin/nologin\n',
    'nobody:x:65534:65534::/nonexistent:/usr/sbin/nologin\n',
  ].join('');
}

/** Keys are exchanged without what is to outlast quantum computers: that takes a tenth of a second in this kernel. */
function sshdConfig(ports: readonly number[]): string {
  return `${[...new Set(ports)].map((port) => `Port ${port}\n`).join('')}HostKey /etc/ssh/ssh_host_ed25519_key
PidFile /run/sshd.pid
PermitRootLogin prohibit-password
PasswordAuthentication no
UsePAM no
UseDNS no
PrintMotd no
KexAlgorithms -mlkem*,sntrup*
Subsystem sftp internal-sftp
`;
}

async function knownHosts(routers: readonly RouterHost[], identity: Identity): Promise<string> {
  const lines = await Promise.all(
    routers.map(async ({ name, ssh }) => {
      const patterns = new Set(
        ssh.flatMap(({ host, address, port }) =>
          [name, host, address].map((each) => (port === 22 ? each : `[${each}]:${port}`)),
        ),
      );
      return `${[...patterns].join(',')} ${await readFile(`${identity.hostKeyOf(name)}.pub`, 'utf8')}`;
    }),
  );
  return lines.join('');
}
