import type { Declared } from './declared.ts';

/** What others than lvs did to the routers' tables. */
export interface ByOthers {
  /** Rules that another user added. */
  readonly rules: ReadonlySet<string>;
  /** Virtual servers, as `-t ADDRESS:PORT`, of whose real servers another user or a monitor may have set the weight. */
  readonly weights: ReadonlySet<string>;
}

/** A table as far as lvs alone has a hand in it. */
export function withoutOthers(rules: readonly string[], { rules: foreign, weights }: ByOthers): string[] {
  return rules
    .filter((rule) => !foreign.has(rule))
    .map((rule) => {
      const [, service = ''] = /^-a (-t \S+) /.exec(rule) ?? [];
      return weights.has(service) ? rule.replace(/ -w \d+/, ' -w *') : rule;
    })
    .sort();
}

/** The virtual servers whose weights a monitor decides. */
export function monitoredIn({ checked, virtualServers }: Declared): string[] {
  return checked ? Object.values(virtualServers).map(({ address }) => `-t ${address}`) : [];
}
