import type { Runner } from '../../router/runner.ts';
import { parseIptables } from '../firewall/parse-iptables.ts';
import { parseNft } from '../firewall/parse-nft.ts';
import type { Ruleset } from '../firewall/ruleset.ts';

/** Both kinds of rules may be there, and each of their programs shows one of them only. */
const listings = [
  { tool: 'nft', family: 'ipv4', tables: 'nf', argv: ['nft', '-j', 'list', 'ruleset'] },
  { tool: 'iptables-legacy', family: 'ipv4', tables: 'ip', argv: ['iptables-legacy-save'] },
  { tool: 'iptables-legacy', family: 'ipv6', tables: 'ip6', argv: ['ip6tables-legacy-save'] },
  { tool: 'iptables-nft', family: 'ipv4', tables: 'nf', argv: ['iptables-nft-save'] },
  { tool: 'iptables-nft', family: 'ipv6', tables: 'nf', argv: ['ip6tables-nft-save'] },
  // Where the two cannot be told apart.
  { tool: 'iptables', family: 'ipv4', tables: 'any', argv: ['iptables-save'] },
  { tool: 'iptables', family: 'ipv6', tables: 'any', argv: ['ip6tables-save'] },
] as const;

/** Lists them only where the kernel has any: the programs would have it load what it does not need. */
const listIfAny = [
  'kind=$1; shift',
  'nf() { [ -d /sys/module/nf_tables ] || grep -qs /nf_tables.ko "/lib/modules/$(uname -r)/modules.builtin"; }',
  'old() { [ -n "$(cat "/proc/net/$1_tables_names" 2>/dev/null)" ]; }',
  'command -v "$1" >/dev/null || exit 127',
  'case $kind in nf) nf;; any) nf || old ip || old ip6;; *) old "$kind";; esac || exit 0',
  'exec "$@"',
].join('; ');

/** The rules of every firewall that is there. */
export async function readFirewall(runner: Runner): Promise<Ruleset[]> {
  const read = await Promise.all(
    listings.map(async ({ tool, family, tables, argv }) => {
      const result = await runner.run(['sh', '-c', listIfAny, 'list', tables, ...argv]);
      return { tool, family, ...result };
    }),
  );
  const toldApart = read.some(({ tool, status }) => tool.startsWith('iptables-') && status !== 127);
  return read
    .filter(({ tool, status }) => status === 0 && !(toldApart && tool === 'iptables'))
    .map(({ tool, family, stdout }) => (tool === 'nft' ? parseNft(stdout) : parseIptables(stdout, tool, family)))
    .filter(({ chains }) => chains.length > 0);
}
