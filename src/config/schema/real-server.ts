import * as z from 'zod/mini';
import { endpoint, wholeNumber, word } from './leaves.ts';

/** INT_MAX, which the kernel and Debian's ipvsadm take for weights and thresholds. */
const largest = 2_147_483_647;

export const forward = word(
  ['masq', 'direct', 'tunnel'],
  'How packets reach the real servers: masq rewrites addresses (NAT), direct is direct routing, tunnel is encapsulation. Default: masq.',
);

export const tunnel = z
  .strictObject(
    {
      type: z.optional(word(['ipip', 'gue', 'gre'], 'The encapsulation. Default: ipip.')),
      port: z.optional(wholeNumber(1, 65535, 'Destination port of gue, which needs one; the others have none.')),
      checksum: z.optional(
        word(
          ['none', 'csum', 'remcsum'],
          'Checksums of gue and gre; remcsum, remote checksum offload, is for gue alone. Default: none.',
        ),
      ),
    },
    'a mapping with type, port, checksum',
  )
  .check(z.describe('Options of forward: tunnel.'));

const realServerAddress = endpoint(
  "IP address of the real server, with a port where that differs from the virtual server's.",
);

const kinds = 'ADDRESS, ADDRESS:PORT or a mapping with address';

/** Every key of a real server, in the order in which edits write them. */
export const realServerKeys = {
  address: realServerAddress,
  weight: z.optional(wholeNumber(0, largest, "The real server's capacity relative to the others. Default: 1.")),
  forward: z.optional(forward),
  tunnel: z.optional(tunnel),
  'upper-threshold': z.optional(
    wholeNumber(0, largest, 'Connections above which it gets no new ones; 0: no limit. Default: 0.'),
  ),
  'lower-threshold': z.optional(
    wholeNumber(
      0,
      largest,
      'Connections below which it gets new ones again; 0: three quarters of upper-threshold. Default: 0.',
    ),
  ),
  state: z.optional(word(['enabled', 'drain'], 'drain: weight 0 in the kernel, kept across runs. Default: enabled.')),
};

export const realServer = z.strictObject(realServerKeys, kinds).check(z.describe('A real server with options.'));

export type RealServerSpec = z.output<typeof realServer>;

/** The short form: an address alone. */
export const shortRealServer = realServerAddress;
