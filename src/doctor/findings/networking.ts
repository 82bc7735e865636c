import ipaddr from 'ipaddr.js';
import { familyOf } from '../../model/ip.ts';
import type { HeldAddress } from '../../model/state.ts';
import type { Examination, Examined } from '../model/examination.ts';
import type { Finding } from '../model/finding.ts';
import { enabledServers, familiesOf, floatingOf, privateDevice, publicDevices, realServersOf } from './declared.ts';
import { ofDevice, settingFinding, settingOf } from './setting.ts';

/** Kernel settings outside of IPVS that break what lvs.yaml declares. */
export function networkingFindings(router: Examined, examination: Examination): Finding[] {
  return [
    ...forwarding(router),
    ...reversePath(router),
    ...secondaries(router),
    ...deaf(router),
    ...redirects(router, examination),
    ...oneWire(router, examination),
  ];
}

function forwarding(router: Examined): Finding[] {
  const needed = [
    { family: 'ipv4', name: 'net.ipv4.ip_forward' },
    { family: 'ipv6', name: 'net.ipv6.conf.all.forwarding' },
  ] as const;
  const families = familiesOf(router);
  return needed.flatMap(({ family, name }): Finding[] => {
    if (!families.has(family)) return [];
    const value = settingOf(router, name);
    if (value === '0') {
      const why = 'replies of the real servers do not pass this router, and "lvs failover" refuses to go here';
      return [
        settingFinding(router, [[name, '1']], { id: 'no-forwarding', severity: 'problem', what: `${name} is 0`, why }),
      ];
    }
    if (value === null || router.kept.has(name) || (router.lasting.get(name)?.value ?? '0') !== '0') return [];
    const what = `${name} is 1 now, and no file of sysctl.d sets it`;
    const why = 'unless something else sets it, replies do not pass any more after the next boot';
    const mend = `echo '${name} = 1' >>/etc/sysctl.d/60-lvs.conf`;
    return [
      { ...settingFinding(router, [[name, '1']], { id: 'forwarding-not-kept', severity: 'note', what, why }), mend },
    ];
  });
}

/** The higher of what holds for all devices and for one counts. */
function effective(router: Examined, device: string, name: string): number {
  const values = ['all', device].map((each) => Number(settingOf(router, ofDevice(each, name)) ?? 0));
  return Math.max(...values);
}

const strict = 1;

/** Strictly filtered, packets of clients are dropped on every device but that of the route back to them. */
function reversePath(router: Examined): Finding[] {
  const routed = router.defaultDevices.get('ipv4') ?? [];
  if (routed.length === 0) return [];
  const ipv4 = floatingOf(router).filter(
    ({ address, role }) => familyOf(address) === 'ipv4' && role === 'virtual-server',
  );
  const devices = [...new Set(ipv4.map(({ device }) => device))];
  return devices
    .filter((device) => !routed.includes(device) && effective(router, device, 'rp_filter') === strict)
    .map((device) =>
      settingFinding(router, [[ofDevice(device, 'rp_filter'), '2']], {
        id: 'rp-filter',
        severity: 'problem',
        what: `rp_filter is strict on ${device}, and the default route is by ${routed.join(', ')}`,
        why: `what clients beyond its network send to the virtual servers on ${device} is dropped`,
      }),
    );
}

function secondaries(router: Examined): Finding[] {
  const { state } = router;
  const devices = floatingOf(router)
    .filter(({ address, prefix }) => familyOf(address) === 'ipv4' && prefix < 32)
    .map(({ device }) => device);
  const exposed = (state?.addresses ?? []).filter(
    ({ secondary, device }) => secondary && router.desired.devices.has(device),
  );
  return [...new Set([...devices, ...exposed.map(({ device }) => device)])]
    .filter((device) => effective(router, device, 'promote_secondaries') === 0)
    .map((device) =>
      settingFinding(router, [[ofDevice(device, 'promote_secondaries'), '1']], {
        id: 'promote-secondaries',
        severity: 'warning',
        what: `promote_secondaries is 0 on ${device}, where addresses of one subnet are, or are to come`,
        why: 'if the first of them is deleted, the kernel deletes all others with it, floating or not',
      }),
    );
}

/** 2 asks for one subnet, in which nobody is with an address of prefix 32; from 3 on some or all addresses are never told. */
function deaf(router: Examined): Finding[] {
  const ipv4 = floatingOf(router).filter(({ address }) => familyOf(address) === 'ipv4');
  return [...new Set(ipv4.map(({ device }) => device))]
    .filter((device) => [2, 8].includes(effective(router, device, 'arp_ignore')))
    .map((device) => {
      const names = ['all', device].map((each) => ofDevice(each, 'arp_ignore'));
      const high = names.filter((name) => Number(settingOf(router, name)) > 1);
      const first = ipv4.find((floating) => floating.device === device);
      return settingFinding(
        router,
        high.map((name) => [name, '1'] as const),
        {
          id: 'arp-ignore',
          severity: 'problem',
          what: `arp_ignore is ${effective(router, device, 'arp_ignore')} on ${device}`,
          why: `this router does not answer requests for ${first?.address}: no machine finds it once it is here`,
        },
      );
    });
}

/** Masquerading in and out by one device, the router tells real servers of a shorter way, which is round itself. */
function redirects(router: Examined, examination: Examination): Finding[] {
  const inside = privateDevice(router, examination);
  const masqueraded = enabledServers(examination).filter(({ realServers }) =>
    realServers.some(({ forward }) => forward === 'masq'),
  );
  const isWithin = masqueraded.some(({ floating }) =>
    floating.some((address) => router.desired.floating.get(address)?.device === inside),
  );
  if (inside === null || !isWithin) return [];
  const on = ['all', inside]
    .map((each) => ofDevice(each, 'send_redirects'))
    .filter((name) => settingOf(router, name) === '1');
  if (on.length === 0) return [];
  return [
    settingFinding(
      router,
      on.map((name) => [name, '0'] as const),
      {
        id: 'send-redirects',
        severity: 'warning',
        what: `send_redirects is on, and virtual and real servers are both on ${inside}`,
        why: 'the router tells real servers of a way to clients round itself, where replies are not rewritten',
      },
    ),
  ];
}

/** A router answers for each of its addresses on every device, unless told otherwise. */
function oneWire(router: Examined, examination: Examination): Finding[] {
  const direct = realServersOf(examination).some(({ forward }) => forward === 'direct');
  const inside = privateDevice(router, examination);
  if (!direct || inside === null || publicDevices(router).length === 0) return [];
  const own = (router.state?.addresses ?? []).filter(
    ({ address, prefix }) => familyOf(address) === 'ipv4' && prefix < 32,
  );
  const shared = publicDevices(router).filter(
    (device) =>
      device !== inside &&
      own.some((a) => a.device === device && own.some((b) => b.device === inside && inOneSubnet(a, b))),
  );
  if (shared.length === 0 || effective(router, inside, 'arp_ignore') > 0) return [];
  return [
    settingFinding(
      router,
      [
        ['net.ipv4.conf.all.arp_ignore', '1'],
        ['net.ipv4.conf.all.arp_announce', '2'],
      ],
      {
        id: 'arp-flux',
        severity: 'warning',
        what: `${[inside, ...shared].join(' and ')} are on one network, and each answers for the other's addresses`,
        why: 'packets for virtual servers come in by either device, as it happens',
      },
    ),
  ];
}

function inOneSubnet(a: HeldAddress, b: HeldAddress): boolean {
  return a.prefix === b.prefix && ipaddr.IPv4.parse(a.address).match(ipaddr.IPv4.parse(b.address), a.prefix);
}
