import type { Command, Stage } from './change.ts';

/**
 * The last words of an `ip addr add` that lends an address to the loopback device while it is away from its own. The kernel takes
 * it back after so many seconds, whoever has died meanwhile, and whoever reads addresses tells by it that this one is lent. It
 * comes without a route of its own: of an IPv6 address with a lifetime the kernel would leave that behind for ever.
 */
export function lendingWords(seconds: number): string {
  const life = Math.ceil(seconds);
  return `dev lo noprefixroute valid_lft ${life} preferred_lft ${life}`;
}

/** Ends that before its time: as soon as the address is on its device, and when the run fails. */
export function endLending(stage: Stage, place: string): Command {
  return { stage, argv: ['ip', 'addr', 'del', place, 'dev', 'lo'] };
}

/** Another router may have the address by then: a copy that stays on this one would answer for it, too. */
export function endsLending({ argv }: Command): boolean {
  return argv[0] === 'ip' && argv[2] === 'del' && argv.at(-1) === 'lo';
}
