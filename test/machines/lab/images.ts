import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { succeed } from './process.ts';

export const suites = ['bookworm', 'trixie'] as const;
export type Suite = (typeof suites)[number];

/** What machines are made of, kept for the next run. */
export interface Images {
  readonly folder: string;
  /** The private key by which root logs in everywhere. */
  readonly key: string;
}

const programs = {
  'qemu-system-x86_64': 'qemu-system-x86',
  'qemu-img': 'qemu-utils',
  mmdebstrap: 'mmdebstrap',
  mke2fs: 'e2fsprogs',
  debugfs: 'e2fsprogs',
  'ssh-keygen': 'openssh-client',
  cpio: 'cpio',
  arping: 'iputils-arping',
};

/** Programs that machines need and this one lacks, with the packages that have them. */
export function missingPrograms(): string[] {
  const folders = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];
  return Object.entries(programs)
    .filter(([program]) => !folders.some((folder) => existsSync(join(folder, program))))
    .map(([program, name]) => `${program} (package ${name})`);
}

/** Makes the images that are missing. */
export async function makeImages(root: string, say: (line: string) => void): Promise<Images> {
  const lab = join(root, 'test/machines/lab');
  const recipes = ['image.sh', 'node-deb.sh'].map((name) => readFileSync(join(lab, name)));
  const digest = createHash('sha256').update(Buffer.concat(recipes)).digest('hex').slice(0, 12);
  const folder = join(root, 'node_modules/.cache/machines', digest);
  mkdirSync(folder, { recursive: true });
  const key = join(folder, 'key');
  if (!existsSync(key)) await succeed(['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-C', 'machines', '-f', key]);
  const node = join(folder, 'nodejs.deb');
  if (!existsSync(node)) await succeed(['sh', join(lab, 'node-deb.sh'), node]);
  for (const suite of suites) {
    if (existsSync(join(folder, `${suite}.raw`))) continue;
    say(`making an image of ${suite}`);
    const packages = suite === 'bookworm' ? [node] : [];
    say(await succeed(['sh', join(lab, 'image.sh'), suite, folder, key, ...packages]));
  }
  return { folder, key };
}
