import * as z from 'zod/mini';
import { schedulers } from '../../model/schedulers.ts';
import { address, device, duration, label, netmask, virtualAddress, word, yesOrNo } from './leaves.ts';
import { monitoringKeys } from './monitoring.ts';
import { forward, realServer, shortRealServer, tunnel } from './real-server.ts';

/** Flags of ipvsadm's --sched-flags. */
export const schedulerFlags = [
  'sh-port',
  'sh-fallback',
  'mh-port',
  'mh-fallback',
  'flag-1',
  'flag-2',
  'flag-3',
] as const;

/** 31 days, ipvsadm's own limit. */
export const longestTimeout = 2_678_400;

/** Every key of a virtual server but `real-servers`, in the order in which edits write them. */
export const virtualServerKeys = {
  address: virtualAddress(
    'Protocol, IP address and port; port 0 is all ports and needs persistent. Or a firewall mark.',
  ),
  floating: z.optional(
    z
      .array(address('An IP address.'), 'a list of addresses')
      .check(
        z.minLength(1, 'at least one address'),
        z.describe('fwmark: the floating addresses that carry it, all of one family.'),
      ),
  ),
  family: z.optional(word(['ipv4', 'ipv6'], 'fwmark without floating: the family of its packets.')),
  scheduler: z.optional(
    word(
      Object.keys(schedulers) as [string, ...string[]],
      'How connections are shared among the real servers. Default: wlc.',
    ),
  ),
  device: z.optional(device('Device of its floating addresses. Default: public.device.')),
  label: z.optional(label("The IPv4 alias's label; begins with its device and a colon.")),
  persistent: z.optional(
    duration(1, longestTimeout, 'Time for which a client stays with its real server. Default: not persistent.', {
      whole: true,
    }),
  ),
  netmask: z.optional(
    netmask('persistent: the size of the networks whose clients stay together. Default: each client on its own.'),
  ),
  'one-packet': z.optional(
    yesOrNo(
      'UDP and firewall marks: each datagram is scheduled on its own; with forward: direct or tunnel, since masq loses the answers. Default: false.',
    ),
  ),
  flags: z.optional(
    z
      .array(word(schedulerFlags, "A scheduler's flag."), 'a list of flags')
      .check(z.describe("The scheduler's flags. Default: none.")),
  ),
  'persistence-engine': z.optional(
    word(['sip'], 'persistent: sip tells clients apart by Call-ID. Default: by address.'),
  ),
  forward: z.optional(forward),
  tunnel: z.optional(tunnel),
  state: z.optional(word(['enabled', 'disabled'], 'disabled: declared, not in the kernel. Default: enabled.')),
  ...monitoringKeys,
};

const mappingOfKeys = 'a mapping with address';

/** A virtual server as far as it can be judged without its real servers, which are read one by one. */
export const virtualServerItself = z.strictObject(
  { ...virtualServerKeys, 'real-servers': z.optional(z.unknown()) },
  mappingOfKeys,
);

export type VirtualServerSpec = z.output<typeof virtualServerItself>;

export const virtualServer = z
  .strictObject(
    {
      ...virtualServerKeys,
      'real-servers': z.optional(
        z
          .nullable(z.array(z.union([shortRealServer, realServer])))
          .check(z.describe('The real servers: an address alone (weight 1), or a mapping.')),
      ),
    },
    mappingOfKeys,
  )
  .check(z.describe('A virtual server.'));
