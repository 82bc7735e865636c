import { shellWords } from '../../grammar/shell.ts';
import type { Examination, Examined } from '../model/examination.ts';
import type { Finding } from '../model/finding.ts';
import { floatingOf, syncDevice } from './declared.ts';
import { findingOf } from './setting.ts';

/** Devices that lvs.yaml names and that cannot do their part. */
export function deviceFindings(router: Examined, examination: Examination): Finding[] {
  if (router.state === null) return [];
  const sync = syncDevice(router, examination);
  const names = new Set([...router.desired.devices, ...(sync === null ? [] : [sync])]);
  return [...names].flatMap((name) => deviceFinding(router, name));
}

function deviceFinding(router: Examined, name: string): Finding[] {
  const device = router.devices.get(name);
  const why = whyItMatters(router, name);
  if (device === undefined) {
    const what = `there is no device ${name}`;
    const mend =
      router.router === null ? 'ip link' : `ip link # and "devices: { ${name}: … }" of ${router.name} in lvs.yaml`;
    return [findingOf({ id: 'no-device', severity: 'problem', what, why, mend })];
  }
  if (!device.up) {
    const argv = ['ip', 'link', 'set', name, 'up'];
    const [held] = (router.state?.addresses ?? []).filter(
      ({ address, device }) => device === name && router.desired.floating.has(address),
    );
    // Somebody may have taken it out of the way, and another router have its addresses since.
    if (held !== undefined) {
      const what = `the device ${name} is down, and has ${held.address}`;
      const deleted = shellWords(['ip', 'addr', 'del', `${held.address}/${held.prefix}`, 'dev', name]);
      const mend = `${shellWords(argv)} # where another router holds its addresses, delete them first: ${deleted}`;
      return [findingOf({ id: 'device-down', severity: 'problem', what, why, mend })];
    }
    return [
      {
        id: 'device-down',
        severity: 'problem',
        what: `the device ${name} is down`,
        why,
        mend: shellWords(argv),
        fix: { steps: [{ argv, undo: ['ip', 'link', 'set', name, 'down'] }], settings: [], modules: [] },
      },
    ];
  }
  if (device.carrier) return [];
  const what = `the device ${name} has no carrier`;
  return [
    findingOf({
      id: 'no-carrier',
      severity: 'problem',
      what,
      why,
      mend: `ethtool ${name} # see to its cable and switch port`,
    }),
  ];
}

function whyItMatters(router: Examined, name: string): string {
  const carried = floatingOf(router).filter(({ device }) => device === name);
  if (carried.length === 0) return 'the routers cannot tell each other their connections over it';
  const [first] = carried;
  const more = carried.length > 1 ? ` and ${carried.length - 1} more` : '';
  return `this router cannot serve ${first?.address}${more}, and no failover can go here`;
}
