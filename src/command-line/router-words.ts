import type { RouterSpec } from '../config/schema.ts';
import { LvsError } from '../model/errors.ts';
import { sshAddress } from '../router/locate.ts';

/** Routers as they are typed: `lvs1=root@192.168.1.11`, or with several ways in, `lvs1=root@192.168.1.11,root@1.2.3.11`. Throws `invalid-input`. */
export function routersFrom(words: readonly string[]): { name: string; ssh: string[] }[] {
  return words.map((word) => {
    const [, name, ssh] = /^([^=]+)=(.+)$/.exec(word) ?? [];
    if (name !== undefined && ssh !== undefined) return { name, ssh: ssh.split(',') };
    throw new LvsError(
      'invalid-input',
      `--router: found "${word}"; allowed: NAME=SSH or NAME=SSH,SSH, as in lvs1=root@192.168.1.11`,
    );
  });
}

/** Routers to read before there is a configuration: a name is made of the host where none is given. Throws `invalid-input`. */
export function routersToImport(words: readonly string[], sudo: boolean): { name: string; spec: RouterSpec }[] {
  if (words.length > 2) throw new LvsError('invalid-input', '--on: found more than two routers; allowed: at most two');
  return words.map((word) => {
    const [, name, ssh = word] = /^([^=]+)=(.+)$/.exec(word) ?? [];
    const [first = ssh, ...others] = ssh.split(',');
    const ways = others.length === 0 ? first : [first, ...others];
    return { name: name ?? nameOf(sshAddress(first)), spec: { ssh: ways, ...(sudo && { sudo }) } };
  });
}

function nameOf(host: string): string {
  const name = host.replaceAll(/[^A-Za-z0-9._-]/g, '-').replace(/^[^A-Za-z0-9]+/, '');
  return /^\d+$/.test(name) || name === '' ? `router-${name}` : name;
}
