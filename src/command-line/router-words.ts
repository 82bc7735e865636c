import { LvsError } from '../model/errors.ts';

/** Routers as they are typed: `lvs1=root@192.168.1.11`. Throws `invalid-input`. */
export function routersFrom(words: readonly string[]): { name: string; ssh: string }[] {
  return words.map((word) => {
    const [, name, ssh] = /^([^=]+)=(.+)$/.exec(word) ?? [];
    if (name !== undefined && ssh !== undefined) return { name, ssh };
    throw new LvsError('invalid-input', `--router: found "${word}"; allowed: NAME=SSH, as in lvs1=root@192.168.1.11`);
  });
}
