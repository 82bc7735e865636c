import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Images, Suite } from './images.ts';
import { addresses } from './network.ts';
import { succeed } from './process.ts';
import { keyExchange } from './ssh.ts';

/** The files of one machine that its image lacks, put behind the suite's initrd, which lays them over the disk once. */
export async function seededInitrd(images: Images, suite: Suite, number: number, folder: string): Promise<string> {
  const seed = join(folder, 'seed');
  const put = (path: string, text: string, mode = 0o644) => {
    const file = join(seed, 'seed', path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text, { mode });
  };
  put('etc/hostname', `lvs${number}\n`);
  const names = [1, 2].map((each) => `${addresses.private(each)} lvs${each}\n`);
  put('etc/hosts', `127.0.0.1 localhost\n127.0.1.1 lvs${number}\n${names.join('')}`);
  put('etc/machine-id', `${String(1000 + number).padStart(32, '0')}\n`);
  put('etc/network/interfaces', interfaces(number));
  put('etc/ssh/ssh_config.d/machines.conf', `Host *\n  KexAlgorithms ${keyExchange}\n`);
  const hostKey = hostKeyOf(folder, number);
  put('etc/ssh/ssh_host_ed25519_key', readFileSync(hostKey, 'utf8'), 0o600);
  put('etc/ssh/ssh_host_ed25519_key.pub', readFileSync(`${hostKey}.pub`, 'utf8'));
  put('etc/ssh/ssh_known_hosts', knownHosts(dirname(folder)));
  const archive = join(folder, 'seed.cpio.gz');
  await succeed([
    'sh',
    '-c',
    'cd "$1" && find . | cpio -o -H newc --quiet --owner 0:0 | gzip -1 >"$2"',
    'sh',
    seed,
    archive,
  ]);
  const initrd = join(folder, 'initrd');
  writeFileSync(initrd, Buffer.concat([readFileSync(join(images.folder, `${suite}.initrd`)), readFileSync(archive)]));
  return initrd;
}

export async function makeHostKey(folder: string, number: number): Promise<void> {
  const file = hostKeyOf(folder, number);
  await succeed(['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-C', `lvs${number}`, '-f', file]);
}

/** Both machines' host keys, under every address that they have. */
export function knownHosts(state: string): string {
  const lines = [1, 2].map((number) => {
    const [kind, key] = readFileSync(`${hostKeyOf(join(state, `lvs${number}`), number)}.pub`, 'utf8').split(' ');
    const { control, public: publicOf, private: privateOf } = addresses;
    return `lvs${number},${privateOf(number)},${publicOf(number)},${control(number)} ${kind} ${key}\n`;
  });
  return lines.join('');
}

function hostKeyOf(folder: string, number: number): string {
  return join(folder, `host-key-${number}`);
}

function interfaces(number: number): string {
  const own = [addresses.public(number), addresses.private(number), addresses.control(number)];
  const cards = own.map(
    (address, index) => `auto eth${index}\niface eth${index} inet static\n  address ${address}/24\n`,
  );
  return `auto lo\niface lo inet loopback\n${cards.join('')}`;
}
