/**
 * The last words of an `ip addr add` that lends an address to the loopback device while it is away from its own. The kernel takes
 * it back after so many seconds, whoever has died meanwhile, and whoever reads addresses tells by it that this one is lent. It
 * comes without a route of its own: of an IPv6 address with a lifetime the kernel would leave that behind for ever.
 */
export function lendingWords(seconds: number): string {
  const life = Math.ceil(seconds);
  return `dev lo noprefixroute valid_lft ${life} preferred_lft ${life}`;
}
