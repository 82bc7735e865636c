import type { NamedReal } from '../config/select.ts';
import type { Drained } from '../converge/drain.ts';
import { nothing, type Remains, sumOf } from '../model/draining.ts';
import { keyOfVirtualServer } from '../model/identity.ts';

/** What a wait for connections to end says in JSON, beside what was changed. */
export interface DrainDocument {
  /** Whether the real servers have weight 0, as far as is known. */
  readonly drained: boolean;
  readonly timedOut: boolean;
  /** Connections that data can come over; null where nothing could be counted. */
  readonly remaining: number | null;
  /** Entries of connections that are over, for as long as the kernel keeps them. */
  readonly inactive: number | null;
  /** Templates that still bring clients. */
  readonly templates: number | null;
  /** Where that was counted. */
  readonly router: string | null;
  readonly realServers: readonly (Omit<DrainDocument, 'drained' | 'timedOut' | 'router' | 'realServers'> & {
    readonly virtualServer: string;
    readonly key: string;
  })[];
}

export function drainDocument({ end, router, remains, others }: Drained, reals: readonly NamedReal[]): DrainDocument {
  return {
    drained: others.length === 0,
    timedOut: end === 'timed-out',
    ...numbers(remains === null ? undefined : sumOf(remains)),
    router,
    realServers: reals.map(({ server, realKey }, index) => ({
      virtualServer: keyOfVirtualServer(server.id),
      key: realKey,
      ...numbers(remains?.[index]),
    })),
  };
}

function numbers(remains: Remains | undefined) {
  const { connections = null, closed = null, templates = null } = remains ?? {};
  return { remaining: connections, inactive: closed, templates };
}

/** `192.168.1.2:80 of web, 192.168.1.2:53 of dns`. */
export function nameOfReals(reals: readonly NamedReal[]): string {
  return reals.map(({ server, realKey }) => `${realKey} of ${server.name}`).join(', ');
}

/** `12 connections remain, 3 persistent clients may come again, 40 closed`. */
export function describeRemains({ connections, closed, templates }: Remains): string {
  const held = `${connections === 0 ? 'no' : connections} ${connections === 1 || connections === 0 ? 'connection remains' : 'connections remain'}`;
  const clients = `${templates} persistent ${templates === 1 ? 'client' : 'clients'}`;
  return [
    held,
    ...(templates > 0 ? [`${clients} may come again`] : []),
    ...(closed > 0 ? [`${closed} closed`] : []),
  ].join(', ');
}

/** How a wait ended, in a sentence. */
export function describeEnd(drained: Drained, reals: readonly NamedReal[], undo: string): string {
  const { end, router, remains, others } = drained;
  const names = nameOfReals(reals);
  const stays = `${names} ${reals.length === 1 ? 'stays' : 'stay'} drained`;
  const rest = remains === null ? 'how many connections remain is not known' : describeRemains(sumOf(remains));
  switch (end) {
    case 'empty':
      return `drained: ${describeRemains(sumOf(remains ?? [nothing]))}`;
    case 'timed-out':
      return `time is up: ${stays}; ${rest}`;
    case 'interrupted':
      return `interrupted: ${stays}; ${rest}; bring ${reals.length === 1 ? 'it' : 'them'} back with "${undo}"`;
    case 'enabled':
      return `the wait is over: another user gave ${nameOfReals(others)} a weight again on ${router}; ${rest}`;
    case 'gone':
      return `the wait is over: another user removed ${nameOfReals(others)} from ${router}; ${rest}`;
  }
}
