import { type Connected, type Connections, remedyFor } from '../converge/connect.ts';
import { ownerOf, rivalsOf } from '../converge/election.ts';
import { findManagedDevices } from '../failover/managers.ts';
import type { Device } from '../grammar/addresses.ts';
import type { Cluster } from '../model/cluster.ts';
import { familyOf } from '../model/ip.ts';
import { desiredOn } from '../plan/desired.ts';
import { electionPlaces } from '../plan/election/places.ts';
import { placesOf } from '../plan/places.ts';
import { orLost } from '../router/lost.ts';
import { type Reading, readRouter } from '../router/read.ts';
import { readClock } from './facts/clock.ts';
import { readNeighbours, tryConnects } from './facts/connects.ts';
import { readFirewall } from './facts/firewall.ts';
import { readKernel } from './facts/kernel.ts';
import { readLasting } from './facts/lasting.ts';
import { findLvsPrograms } from './facts/lvs-programs.ts';
import { readMonitorUnit } from './facts/monitor-unit.ts';
import { readDefaultDevices } from './facts/routes.ts';
import { readSync } from './facts/sync.ts';
import { readVersions } from './facts/versions.ts';
import { askOnWire } from './facts/wire.ts';
import { modulesToExamine } from './findings/kernel.ts';
import { connectsToTry } from './findings/real-servers.ts';
import { settingsToExamine } from './findings/settings-read.ts';
import type { ElectionFacts, Examination, Examined } from './model/examination.ts';

/**
 * Looks at every router that is connected, side by side, and from them at whom they can see. Changes nothing.
 * @throws LvsError read-failed where a session is lost meanwhile
 */
export async function examine(cluster: Cluster, { connected, unreachable }: Connections): Promise<Examination> {
  const missed = unreachable.map((router) => ({
    name: router.name,
    reason: router.reason,
    remedy: remedyFor(router),
  }));
  // The clock is read when nothing else is asked.
  const looked = await Promise.all(
    connected.map((router) => orLost(router.name, 'read-failed', lookAt(cluster, router))),
  );
  const before: Examination = { cluster, routers: looked, unreachable: missed };
  const routers = await Promise.all(
    looked.map(async (router, index) => {
      const way = connected[index];
      return way === undefined ? router : orLost(router.name, 'read-failed', lookAround(router, way, before));
    }),
  );
  return { cluster, routers, unreachable: missed };
}

/** What the router is. */
async function lookAt(cluster: Cluster, { name, router, local, runner, facts }: Connected): Promise<Examined> {
  const clock = await readClock(runner);
  const desired = desiredOn(cluster, router);
  const kernel = await readKernel(runner, modulesToExamine(cluster));
  const elected = cluster.failover.engine === 'keepalived';
  const hasIp = !facts.missing.includes('ip');
  const wanted = {
    rules: 'none',
    settings: settingsToExamine(desired),
    timeouts: false,
    syncDaemons: kernel.ipvs && !facts.missing.includes('ipvsadm'),
    files: [],
    election: elected,
    places: placesOf(router, cluster),
  } as const;
  const [reading, versions, defaultDevices, firewall, sync, files, lvs, conf] = await Promise.all([
    hasIp ? readRouter(runner, name, wanted) : null,
    readVersions(runner, kernel.ipvs),
    hasIp ? readDefaultDevices(runner) : new Map(),
    readFirewall(runner),
    readSync(runner),
    readLasting(runner),
    findLvsPrograms(runner, local ? process.env.PATH : undefined),
    elected ? runner.run(['cat', electionPlaces.config]) : null,
  ]);
  const devices: ReadonlyMap<string, Device> = reading?.devices ?? new Map();
  return {
    name,
    router,
    desired,
    missing: facts.missing,
    arping: facts.arping,
    rivals: rivalsOf(cluster, facts),
    systemd: facts.systemd === true,
    kernel,
    versions,
    state: reading?.state ?? null,
    devices,
    defaultDevices,
    wire: [],
    neighbours: new Map(),
    connects: [],
    clock,
    sync,
    firewall,
    election: electionFacts(reading, conf),
    lvs,
    monitorUnit: facts.systemd === true ? await readMonitorUnit(runner) : null,
    managed: await findManagedDevices({ name, runner, desired, devices }),
    ...files,
  };
}

function electionFacts(
  reading: Reading | null,
  conf: { readonly status: number; readonly stdout: string } | null,
): ElectionFacts | null {
  if (conf === null) return null;
  return { state: reading?.election ?? 'unknown', conf: conf.status === 0 ? ownerOf(conf.stdout) : 'none' };
}

/** What it sees on the networks, which depends on who holds what. */
async function lookAround(router: Examined, { runner }: Connected, examination: Examination): Promise<Examined> {
  if (router.state === null) return router;
  const places = [...router.desired.floating.values()].filter(({ address, device }) => {
    const found = router.devices.get(device);
    // Its own IPv6 neighbours a router cannot ask for an address of its own.
    const isAskable = familyOf(address) === 'ipv4' || router.state?.addresses.every((held) => held.address !== address);
    return found?.carrier === true && found.arp && isAskable === true && !router.missing.includes('arping');
  });
  const wire = askOnWire(runner, router.arping, places);
  const connects = await tryConnects(runner, connectsToTry(router, examination));
  const neighbours = await readNeighbours(runner);
  // Who was there a moment ago is taken to be there still: whoever is silent is asked for.
  const silent = (connects ?? []).filter(({ result, asClient }) => result === 'silent' && asClient === null);
  const doubtful = [...new Set(silent.map(({ address }) => address))].flatMap((address) => {
    const device = familyOf(address) === 'ipv4' ? neighbours.get(address)?.device : undefined;
    return device === undefined || router.missing.includes('arping') ? [] : [{ address, device }];
  });
  for (const { address, device, macs } of await askOnWire(runner, router.arping, doubtful)) {
    if (macs?.length === 0) neighbours.set(address, { device, mac: null });
  }
  return { ...router, wire: await wire, connects, neighbours };
}
