import { parseSshDestination } from '../../config/words/ssh-destination.ts';
import type { Imported, Sections } from '../imported.ts';
import { within } from '../numbers.ts';
import type { Warnings } from '../warnings.ts';
import { readAddress, readMask } from './addresses.ts';
import { type Directives, wrong } from './directives.ts';

/** The two LVS routers, and what there is between them. @throws LvsError invalid-input */
export function readRouters(directives: Directives, warnings: Warnings): Pick<Imported, 'routers' | 'sections'> {
  const [primary, backup] = [directives.get('primary'), directives.get('backup')];
  const active = directives.flag('backup_active') ?? false;
  const used = backup !== undefined && backup.value !== '' && backup.value !== '0.0.0.0';
  if (used && !active) {
    const means = 'without "backup_active = 1" there is no second router: left out';
    warnings.add(backup.place, backup.text, means);
  }
  const pair = used && active;
  const named = [
    ['primary', primary],
    ['backup', pair ? backup : undefined],
  ] as const;
  const routers = named.flatMap(([name, directive]) => {
    // One router alone is the machine on which lvs runs.
    if (directive === undefined || !pair) return [];
    if ('problem' in parseSshDestination(directive.value)) throw wrong(directive, 'an address or a host name');
    return [{ name, place: directive.place, spec: { ssh: directive.value } }];
  });
  if (!pair && primary !== undefined) {
    warnings.add(
      primary.place,
      primary.text,
      'without a second router there is no routers: section: this machine is the only one',
    );
  }
  return {
    routers,
    sections: { ...privateSection(directives, warnings), ...pairSections(directives, pair, warnings) },
  };
}

function privateSection(directives: Directives, warnings: Warnings): Sections {
  const [router, mask] = [directives.get('nat_router'), directives.get('nat_nmask')];
  if (router === undefined || router.value === '') {
    if (mask !== undefined) warnings.add(mask.place, mask.text, 'without nat_router it has no effect: left out');
    return {};
  }
  const { address, label, device } = readAddress(router);
  if (device === null) throw wrong(router, 'an IPv4 address and the device of its alias, such as 192.168.1.254 eth1:1');
  const prefix = mask === undefined ? 32 : readMask(mask);
  if (mask === undefined) warnings.add(router.place, router.text, 'without nat_nmask: it is held as /32');
  return { private: { device, 'nat-router': `${address}/${prefix}`, ...(label !== null && { label }) } };
}

/** keepalived gives a router up after three advertisements and a moment. */
const advertisementsMissed = 3;
/** With longer ones an election takes longer than lvs waits for it. */
const longestInterval = 1;

function pairSections(directives: Directives, pair: boolean, warnings: Warnings): Sections {
  const deadtime = directives.number('deadtime', 1, 86_400) ?? 5;
  const [keepalive, heartbeat] = [directives.get('keepalive'), directives.flag('heartbeat') ?? true];
  directives.number('keepalive', 1, 86_400);
  const sync = directives.flag('syncdaemon') ?? false;
  const [device, id] = [directives.text('syncd_iface') ?? 'eth0', directives.number('syncd_id', 0, 255) ?? 0];
  if (!pair) {
    for (const key of ['heartbeat', 'keepalive', 'deadtime', 'syncdaemon', 'syncd_iface', 'syncd_id']) {
      const directive = directives.get(key);
      if (directive !== undefined)
        warnings.add(directive.place, directive.text, 'without a second router it has no effect: left out');
    }
    return {};
  }
  if (keepalive !== undefined) {
    const means = 'how often the routers hear of each other is failover.advert-interval, at most a third of deadtime';
    warnings.add(keepalive.place, keepalive.text, means);
  }
  const stated = directives.get('heartbeat');
  if (!heartbeat && stated !== undefined) {
    warnings.add(stated.place, stated.text, 'nothing takes over by itself (failover.engine: manual)');
  }
  const interval = Number(within(deadtime / advertisementsMissed, 0.01, longestInterval).toFixed(2));
  const [dead, silent] = [directives.get('deadtime'), interval * advertisementsMissed];
  if (heartbeat && dead !== undefined && silent < deadtime) {
    warnings.add(
      dead.place,
      dead.text,
      `a router that is silent for ${silent} s is replaced (failover.advert-interval, three times)`,
    );
  }
  return {
    ...(sync && { sync: { device, ...(id !== 0 && { id }) } }),
    failover: heartbeat ? { engine: 'keepalived', 'advert-interval': interval } : { engine: 'manual' },
  };
}
