import type { DraftVirtualServer } from '../draft.ts';
import { portOf } from '../identity.ts';
import { type Path, type Report, wrongValue } from '../mistake.ts';

type CheckMapping = Exclude<NonNullable<DraftVirtualServer['spec']['check']>, string>;

const kinds = ['tcp', 'http', 'https', 'exec', 'dns'] as const;

type Kind = (typeof kinds)[number];

/** Options that not all kinds of check have. */
const kindsWith: Partial<Record<keyof CheckMapping, readonly Kind[]>> = {
  port: ['tcp', 'http', 'https', 'dns'],
  host: ['http', 'https'],
  status: ['http', 'https'],
  body: ['http', 'https'],
  'tls-name': ['https'],
  ca: ['https'],
  verify: ['https'],
  dynamic: ['exec'],
  record: ['dns'],
};

/** `check` by itself, and against what is checked. */
export function checkChecks(server: DraftVirtualServer, report: Report): void {
  const { check } = server.spec;
  if (check === undefined) return;
  const place = [...server.path, 'check'];
  const written: CheckMapping = check === 'tcp' ? { tcp: true } : check;
  const given = kinds.filter((kind) => (kind === 'tcp' ? written.tcp === true : written[kind] !== undefined));
  const [kind] = given;
  if (given.length !== 1)
    report(wrongValue(place, check, { allowed: 'exactly one of tcp: true, http, https, exec, dns' }));
  checkOptions(written, given, place, report);
  if (given.length !== 1 || kind === undefined) return;
  const placeOfKind = check === 'tcp' ? place : [...place, kind];
  checkProtocol(server, kind, placeOfKind, report);
  checkPort(server, written, kind, place, report);
}

function checkOptions(written: CheckMapping, given: readonly Kind[], place: Path, report: Report): void {
  for (const key of Object.keys(kindsWith) as (keyof CheckMapping)[]) {
    const allowed = kindsWith[key] ?? [];
    if (written[key] !== undefined && !allowed.some((kind) => given.includes(kind)))
      report(wrongValue([...place, key], written[key], { allowed: `${key} only with ${oneOf(allowed)}` }));
  }
  if (written.ca !== undefined && written.verify === false)
    report(wrongValue([...place, 'ca'], written.ca, { allowed: 'ca only without verify: false' }));
}

function oneOf(words: readonly string[]): string {
  return words.length === 1 ? `${words[0]}` : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}

/** A TCP connection says nothing of a service that has none. */
function checkProtocol({ address, spec }: DraftVirtualServer, kind: Kind, place: Path, report: Report): void {
  if (!('protocol' in address) || address.protocol === 'tcp' || kind === 'exec') return;
  if (address.protocol === 'udp' && kind === 'dns') return;
  const suitable = address.protocol === 'udp' ? 'exec or dns' : 'exec';
  const found = typeof spec.check === 'string' ? spec.check : spec.check?.[kind];
  const connects = kind === 'dns' ? 'dns asks over UDP' : `${kind} checks connect over TCP`;
  report(wrongValue(place, found, { allowed: `${suitable} for ${address.protocol.toUpperCase()}; ${connects}` }));
}

/** Real servers for all ports, and those behind a mark, may have no port that could be checked. */
function checkPort(server: DraftVirtualServer, written: CheckMapping, kind: Kind, place: Path, report: Report): void {
  if (kind === 'exec' || written.port !== undefined) return;
  const without = server.realServers.find((real) => (real.port ?? portOf(server)) === 0);
  if (without === undefined) return;
  const allowed = `${kind} with port, since real server ${without.address} has no port of its own`;
  const hint = server.spec.check === 'tcp' ? 'write { tcp: true, port: 80 }' : undefined;
  report(wrongValue(place, server.spec.check, { allowed, hint }));
}
