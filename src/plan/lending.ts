/**
 * The last words of an `ip addr add` that lends an address to the loopback device while it is away from its own. The kernel takes
 * it back after so many seconds, whoever has died meanwhile, and whoever reads addresses tells by it that this one is lent.
 */
export function lendingWords(seconds: number): string {
  const life = Math.ceil(seconds);
  return `dev lo valid_lft ${life} preferred_lft ${life}`;
}
