import type { Runner } from '../../router/runner.ts';
import { parseIptables } from '../firewall/parse-iptables.ts';
import { parseNft } from '../firewall/parse-nft.ts';
import type { Ruleset } from '../firewall/ruleset.ts';

/** Both families of rules may be there, and each of their programs shows one of them only. */
const listings = [
  { tool: 'nft', family: 'ipv4', argv: ['nft', '-j', 'list', 'ruleset'] },
  { tool: 'iptables-legacy', family: 'ipv4', argv: ['iptables-legacy-save'] },
  { tool: 'iptables-legacy', family: 'ipv6', argv: ['ip6tables-legacy-save'] },
  { tool: 'iptables-nft', family: 'ipv4', argv: ['iptables-nft-save'] },
  { tool: 'iptables-nft', family: 'ipv6', argv: ['ip6tables-nft-save'] },
  // Where the two cannot be told apart.
  { tool: 'iptables', family: 'ipv4', argv: ['iptables-save'] },
  { tool: 'iptables', family: 'ipv6', argv: ['ip6tables-save'] },
] as const;

/** The rules of every firewall that is there. */
export async function readFirewall(runner: Runner): Promise<Ruleset[]> {
  const read = await Promise.all(
    listings.map(async ({ tool, family, argv }) => ({ tool, family, ...(await runner.run(argv)) })),
  );
  const toldApart = read.some(({ tool, status }) => tool.startsWith('iptables-') && status === 0);
  return read
    .filter(({ tool, status }) => status === 0 && !(toldApart && tool === 'iptables'))
    .map(({ tool, family, stdout }) => (tool === 'nft' ? parseNft(stdout) : parseIptables(stdout, tool, family)))
    .filter(({ chains }) => chains.length > 0);
}
