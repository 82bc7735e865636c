import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * The program and words that start ldirectord: unpacked by `bin/setup peers`, or the machine's own; null where there is none.
 * @param root the package's directory
 */
export async function findLdirectord(root: string): Promise<readonly string[] | null> {
  const usr = join(root, 'node_modules/.cache/ldirectord/usr');
  const program = join(usr, 'sbin/ldirectord');
  if (!existsSync(program)) return existsSync('/usr/sbin/ldirectord') ? ['/usr/sbin/ldirectord'] : null;
  // Perl's compiled modules are below the names of the machine's kind and of the version.
  const libraries = await readdir(join(usr, 'lib'), { recursive: true });
  const compiled = libraries
    .filter((name) => /^[^/]+\/perl5\/[\d.]+$/.test(name))
    .map((name) => join(usr, 'lib', name));
  return ['env', `PERL5LIB=${[join(usr, 'share/perl5'), ...compiled].join(':')}`, 'perl', program];
}
