import { keyOfRealServer } from '../../model/identity.ts';
import { familyOf } from '../../model/ip.ts';
import { type DraftRealServer, type DraftVirtualServer, pathOf } from '../draft.ts';
import { idOf, portOf } from '../identity.ts';
import { type Path, type Report, wrongValue } from '../mistake.ts';
import { parseEndpoint, unusableAddress } from '../words/address.ts';
import { parsedOrNull } from '../words/problem.ts';
import { checkTunnel } from './tunnel.ts';

/** With `load:` the kernel's weights are the stated ones times 100, and up to ten times as much: they must not exceed INT_MAX. */
const largestWeightUnderLoad = 2_147_483;

/** A virtual server's real servers, each against it and against each other. `synced` is whether `sync:` is declared. */
export function checkRealServers(server: DraftVirtualServer, synced: boolean, report: Report): void {
  checkTunnel(server, report);
  const byKey = new Map<string, DraftRealServer>();
  for (const real of server.realServers) {
    const place = () => (real.short ? pathOf(real) : [...pathOf(real), 'address']);
    checkAddress(server, real, place, synced, report);
    checkPort(server, real, place, report);
    checkNumbers(server, real, report);
    const key = keyOfRealServer({ address: real.address, port: real.port ?? portOf(server) });
    if (byKey.has(key))
      report(wrongValue(place(), real.spec.address, { allowed: `each real server once; ${key} stands above` }));
    byKey.set(key, real);
  }
  checkSorryServer(server, synced, report);
}

/** A real server, or a sorry server, by itself. */
type RealServer = Omit<DraftRealServer, 'list' | 'index' | 'short'>;

/** Null where it cannot be known. */
function forwardOf(server: DraftVirtualServer, real: RealServer): 'masq' | 'direct' | 'tunnel' | null {
  if (real.mistaken.has('forward')) return null;
  return real.spec.forward ?? (server.mistaken.has('forward') ? null : (server.spec.forward ?? 'masq'));
}

function checkAddress(
  server: DraftVirtualServer,
  real: RealServer,
  place: () => Path,
  synced: boolean,
  report: Report,
): void {
  const wrong = (allowed: string) => report(wrongValue(place(), real.spec.address, { allowed }));
  const unusable = unusableAddress(real.address);
  if (unusable !== null && unusable !== 'loopback') wrong(`the address of one machine; this one is ${unusable}`);
  const id = idOf(server);
  const family = 'address' in id ? familyOf(id.address) : id.family;
  const forward = forwardOf(server, real);
  if (familyOf(real.address) === family || forward === null) return;
  if (forward !== 'tunnel') wrong(`${family}, like the virtual server; another family only with forward: tunnel`);
  // The kernel refuses it while a synchronisation daemon runs (ip_vs_add_dest: the protocol cannot tell the families apart).
  else if (synced) wrong(`${family}, like the virtual server; another family only without sync`);
}

function checkPort(server: DraftVirtualServer, real: RealServer, place: () => Path, report: Report): void {
  const port = portOf(server);
  if (real.port === null || real.port === port) return;
  const wrong = (allowed: string) => report(wrongValue(place(), real.spec.address, { allowed }));
  const forward = forwardOf(server, real);
  if (real.port === 0) wrong(`a port from 1 to 65535, or none for ${port}`);
  else if (forward === 'direct' || forward === 'tunnel')
    wrong(`${port === 0 ? 'no port' : `port ${port}`}, since forward: ${forward} cannot map ports`);
}

function checkNumbers(server: DraftVirtualServer, real: DraftRealServer, report: Report): void {
  const { spec, mistaken } = real;
  const { 'upper-threshold': upper = 0, 'lower-threshold': lower = 0, weight = 1 } = spec;
  if (lower > upper && !mistaken.has('upper-threshold')) {
    const allowed = upper === 0 ? 'lower-threshold only with upper-threshold' : `at most upper-threshold, ${upper}`;
    report(wrongValue([...pathOf(real), 'lower-threshold'], lower, { allowed }));
  }
  if (server.spec.load !== undefined && weight > largestWeightUnderLoad)
    report(
      wrongValue([...pathOf(real), 'weight'], weight, {
        allowed: `at most ${largestWeightUnderLoad} where load is declared`,
      }),
    );
}

function checkSorryServer(server: DraftVirtualServer, synced: boolean, report: Report): void {
  const written = server.spec['sorry-server'];
  const endpoint = written === undefined ? null : parsedOrNull(parseEndpoint(written));
  if (endpoint === null) return;
  const sorry = { spec: { address: written ?? '' }, mistaken: new Set<string>(), ...endpoint };
  const place = () => [...server.path, 'sorry-server'];
  checkAddress(server, sorry, place, synced, report);
  checkPort(server, sorry, place, report);
}
