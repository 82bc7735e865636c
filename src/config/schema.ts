import * as z from 'zod/mini';
import {
  device,
  duration,
  label,
  prefixed,
  sshDestinations,
  text,
  wholeNumber,
  word,
  yesOrNo,
} from './schema/leaves.ts';
import { settings } from './schema/settings.ts';
import { longestTimeout, virtualServer } from './schema/virtual-server.ts';

/** lvs.yaml, defined once: the reader, the messages and the JSON Schema for editors all come from here. */

export const router = z
  .strictObject(
    {
      ssh: sshDestinations('Where ssh(1) finds it: one destination, or a list that is tried in order.'),
      sudo: z.optional(yesOrNo('Whether commands run under sudo -n there. Default: false.')),
      devices: z.optional(
        z
          .record(
            z.string(),
            device("The device's name on this router."),
            "a mapping of this file's device names to the router's",
          )
          .check(z.describe("Devices that have other names on this router: this file's name to the router's.")),
      ),
    },
    'a mapping with ssh',
  )
  .check(z.describe('An LVS router.'));

const publicNetwork = z
  .strictObject(
    {
      device: device('Device that carries the virtual server addresses as aliases.'),
      prefix: z.optional(
        wholeNumber(1, 32, 'Prefix length of the IPv4 floating addresses; IPv6 ones are /128. Default: 32.'),
      ),
    },
    'a mapping with device, prefix',
  )
  .check(z.describe('The public network.'));

const privateNetwork = z
  .strictObject(
    {
      device: device('Device that carries the NAT router addresses.'),
      'nat-router': z.optional(
        z
          .union(
            [prefixed('One address.'), z.array(prefixed('One address.')).check(z.minLength(1, 'at least one address'))],
            'ADDRESS or ADDRESS/LENGTH, or a list of them',
          )
          .check(z.describe("The floating addresses that are the real servers' default routes: one, or a list.")),
      ),
      label: z.optional(label("The IPv4 alias's label; begins with the device and a colon.")),
    },
    'a mapping with device, nat-router, label',
  )
  .check(z.describe("The real servers' network."));

const sync = z
  .strictObject(
    {
      device: device('Device over which connections are synchronised.'),
      id: z.optional(wholeNumber(0, 255, 'Tells clusters on one network apart. Default: 0.')),
      'max-length': z.optional(
        wholeNumber(
          1,
          65507,
          'Bytes of the longest message. Default: 88, so that connections do not wait for it to fill.',
        ),
      ),
    },
    'a mapping with device, id, max-length',
  )
  .check(z.describe('IPVS connection synchronisation. Default: none.'));

const controlWords = 'a list of a program and its words, such as [service, keepalived]';
const controlWord = text('A word of the command.', 'a word without line breaks', (value) =>
  value === '' || value.includes('\n') ? { allowed: 'a word without line breaks' } : null,
);

const failover = z
  .strictObject(
    {
      engine: z.optional(word(['manual', 'keepalived'], 'Who moves the floating addresses. Default: manual.')),
      'advert-interval': z.optional(
        duration(0.01, 40, 'keepalived: time between VRRP advertisements. Default: 0.1 s.'),
      ),
      'virtual-router-id': z.optional(wholeNumber(1, 255, 'keepalived: VRRP virtual router. Default: 51.')),
      boot: z.optional(
        word(['wait', 'claim'], 'manual: whether a booting router takes addresses that no machine has. Default: wait.'),
      ),
      control: z.optional(
        z
          .array(controlWord, controlWords)
          .check(
            z.minLength(1, controlWords),
            z.describe(
              'keepalived: program and words to which start, reload or stop is appended. Default: systemctl where systemd runs, else keepalived itself.',
            ),
          ),
      ),
    },
    'a mapping with engine, advert-interval, virtual-router-id, boot, control',
  )
  .check(z.describe('How the floating addresses move.'));

const timeout = (description: string) => z.optional(duration(1, longestTimeout, description, { whole: true }));

const timeouts = z
  .strictObject(
    {
      tcp: timeout('Of idle TCP connections.'),
      'tcp-fin': timeout('Of TCP connections after a FIN.'),
      udp: timeout('Of UDP.'),
    },
    'a mapping with tcp, tcp-fin, udp',
  )
  .check(z.describe('IPVS timeouts. What is not named is left alone.'));

/** The sections that are read as a whole. A section whose value was left empty counts as not there. */
const sections = {
  public: z.nullish(publicNetwork),
  private: z.nullish(privateNetwork),
  sync: z.nullish(sync),
  failover: z.nullish(failover),
  timeouts: z.nullish(timeouts),
  settings: z.nullish(settings),
};

const anyRouters = 'a mapping of names to routers';
const anyVirtualServers = 'a mapping of names to virtual servers';

/** lvs.yaml with its routers and virtual servers still unread: they are read one by one, so that a mistake spoils no other. */
export const fileItself = z.strictObject(
  {
    routers: z.nullish(z.record(z.string(), z.unknown(), anyRouters)),
    ...sections,
    'virtual-servers': z.nullish(z.record(z.string(), z.unknown(), anyVirtualServers)),
  },
  'a mapping',
);

export type FileSpec = z.output<typeof fileItself>;
export type RouterSpec = z.output<typeof router>;

/** All of lvs.yaml, as the JSON Schema describes it. */
export const file = z
  .strictObject({
    routers: z.nullish(
      z
        .record(z.string(), router, anyRouters)
        .check(z.describe('At most two, in order of preference. Default: this machine alone.')),
    ),
    ...sections,
    'virtual-servers': z.nullish(
      z.record(z.string(), virtualServer, anyVirtualServers).check(z.describe('The virtual servers, by name.')),
    ),
  })
  .check(z.describe('A Linux Virtual Server cluster: lvs.yaml(5).'));
