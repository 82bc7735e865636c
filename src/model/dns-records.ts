/** Types of record that a `dns` check can ask for. */
export const dnsRecords = ['A', 'AAAA', 'CAA', 'CNAME', 'MX', 'NAPTR', 'NS', 'PTR', 'SOA', 'SRV', 'TXT'] as const;

export type DnsRecord = (typeof dnsRecords)[number];
