import { defaultName } from '../config/typed-address.ts';
import { routerNameProblem, virtualServerNameProblem } from '../config/words/names.ts';
import type { VirtualServerId } from '../model/state.ts';

/** Hands out names of virtual servers, each once. */
export class Names {
  private readonly taken = new Set<string>();

  /** The name that a format has for a virtual server as far as lvs.yaml takes it; else `tcp-1.2.3.1-80`. */
  take(id: VirtualServerId, wanted: string | null): string {
    const fit = wanted === null ? '' : fitting(wanted);
    const usable = fit !== '' && virtualServerNameProblem(fit) === null;
    const name = usable && !this.taken.has(fit) ? fit : this.another(usable ? fit : null, id);
    this.taken.add(name);
    return name;
  }

  private another(base: string | null, id: VirtualServerId): string {
    if (base === null) return defaultName(id, this.taken);
    let number = 2;
    while (this.taken.has(`${base}-${number}`)) number += 1;
    return `${base}-${number}`;
  }
}

/** A name for a router out of what a format calls it, or `fallback`. */
export function routerName(wanted: string, fallback: string): string {
  const fit = fitting(wanted);
  return fit !== '' && routerNameProblem(fit) === null ? fit : fallback;
}

/** With what names do not take turned into hyphens. */
function fitting(wanted: string): string {
  return wanted
    .replaceAll(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^[^A-Za-z0-9]+/, '')
    .replace(/-+$/, '')
    .slice(0, 64);
}
