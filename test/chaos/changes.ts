import type { Declared, DeclaredServer } from './declared.ts';
import type { Random } from './random.ts';

export const changeKinds = [
  'failover',
  'apply',
  'vip-add',
  'vip-set',
  'vip-remove',
  'real-add',
  'real-set',
  'real-drain',
  'real-remove',
  'doctor-fix',
] as const;
export type ChangeKind = (typeof changeKinds)[number];

/** A change that a round makes. */
export interface Change {
  readonly kind: ChangeKind;
  /** Behind `lvs`. */
  readonly words: readonly string[];
  /** What lvs.yaml declares in the end. */
  readonly after: Declared;
  /** Whether lvs.yaml is edited by hand beforehand, and the command only converges. */
  readonly byHand: boolean;
  /** Seconds within which it is to be confirmed; null: it is kept in any case. */
  readonly confirmSeconds: number | null;
}

/** How often a kind comes among all. The planned failover is what most can go wrong with. */
const frequency: Readonly<Record<ChangeKind, number>> = {
  failover: 50,
  apply: 14,
  'vip-add': 7,
  'vip-set': 4,
  'vip-remove': 6,
  'real-add': 4,
  'real-set': 5,
  'real-drain': 3,
  'real-remove': 4,
  'doctor-fix': 3,
};

/** Draws a change of what is declared. */
export function drawChange(random: Random, before: Declared, allowed: readonly ChangeKind[] = changeKinds): Change {
  const weights = Object.fromEntries(allowed.map((kind) => [kind, frequency[kind]]));
  const kind = random.weighted<ChangeKind>(weights);
  const { words, after } = drawOf(kind, random, before);
  const confirmSeconds = kind !== 'doctor-fix' && random.chance(0.12) ? random.between(6, 9) : null;
  const confirming = confirmSeconds === null ? [] : ['--confirm', String(confirmSeconds)];
  return { kind, words: [...words, '--yes', ...confirming], after, byHand: kind === 'apply', confirmSeconds };
}

interface Drawn {
  readonly words: readonly string[];
  readonly after: Declared;
}

function drawOf(kind: ChangeKind, random: Random, before: Declared): Drawn {
  const names = Object.keys(before.virtualServers);
  const populated = names.filter((each) => Object.keys(before.virtualServers[each]?.realServers ?? {}).length > 0);
  const name = random.pick(populated.length > 0 && kind.startsWith('real-') ? populated : names);
  const server = before.virtualServers[name] as DeclaredServer;
  const reals = Object.keys(server.realServers);
  const real = reals.length === 0 ? 'none' : random.pick(reals);
  const weight = random.between(3, 9);
  const realsAfter = (change: DeclaredServer['realServers']) => {
    const realServers = { ...server.realServers, ...change };
    return withServers(before, { [name]: { ...server, realServers } });
  };
  if (kind.startsWith('real-') && kind !== 'real-add' && reals.length === 0) return { words: ['apply'], after: before };
  switch (kind) {
    case 'failover':
      return { words: ['failover'], after: before };
    case 'doctor-fix':
      return { words: ['doctor', '--fix'], after: before };
    case 'apply': {
      const others = ['vip-add', 'vip-set', 'real-add', 'real-set', 'real-drain'] as const;
      const edited = drawOf(random.pick(others), random, before);
      const again = random.chance(0.5) ? drawOf(random.pick(others), random, edited.after) : edited;
      return { words: ['apply'], after: again.after };
    }
    case 'vip-add': {
      const number = random.between(3, 9);
      const address = before.ipv6 && random.chance(0.5) ? `[2001:db8::${number}]:80` : `1.2.3.${number}:80`;
      const added = { address, scheduler: random.pick(['rr', 'wlc', 'lc']), realServers: {} };
      const own = `added-${random.between(100, 999)}`;
      const words = ['vip', 'add', address, '--name', own, '--scheduler', added.scheduler];
      return isTaken(before, address)
        ? { words: ['apply'], after: before }
        : { words, after: withServers(before, { [own]: added }) };
    }
    case 'vip-set': {
      const scheduler = random.pick(['rr', 'lc', 'sh', 'sed'].filter((each) => each !== server.scheduler));
      const after = withServers(before, { [name]: { ...server, scheduler } });
      return { words: ['vip', 'set', name, '--scheduler', scheduler], after };
    }
    case 'vip-remove':
      if (names.length < 2) return { words: ['apply'], after: before };
      return { words: ['vip', 'remove', name], after: withoutServer(before, name) };
    case 'real-add': {
      const number = random.between(20, 90);
      const address = server.address.startsWith('[') ? `fd00::${number}` : `192.168.1.${number}`;
      const added = realsAfter({ [address]: { weight, drained: false } });
      return { words: ['real', 'add', name, address, '--weight', String(weight)], after: added };
    }
    case 'real-set':
      return {
        words: ['real', 'set', name, real, '--weight', String(weight)],
        after: realsAfter({ [real]: { weight, drained: server.realServers[real]?.drained ?? false } }),
      };
    case 'real-drain':
      return {
        words: ['real', 'drain', name, real],
        after: realsAfter({ [real]: { weight: server.realServers[real]?.weight ?? 1, drained: true } }),
      };
    case 'real-remove': {
      if (reals.length < 2) return { words: ['apply'], after: before };
      const { [real]: _, ...realServers } = server.realServers;
      return {
        words: ['real', 'remove', name, real],
        after: withServers(before, { [name]: { ...server, realServers } }),
      };
    }
  }
}

function isTaken({ virtualServers }: Declared, address: string): boolean {
  return Object.values(virtualServers).some((server) => server.address === address);
}

function withServers(before: Declared, servers: Declared['virtualServers']): Declared {
  return { ...before, virtualServers: { ...before.virtualServers, ...servers } };
}

function withoutServer(before: Declared, name: string): Declared {
  const { [name]: _, ...virtualServers } = before.virtualServers;
  return { ...before, virtualServers };
}
