import type { InspectedRouter, Inspection } from '../../converge/inspect.ts';
import type { Decisions } from '../../weights/decisions.ts';
import { sorryEvent, type WeightEvent, weightEvent } from '../../weights/events.ts';
import { renderMonitorEvent } from '../monitor-event.ts';

/** Something that happened while somebody watched, or not long before. */
export interface WatchEvent {
  /** ISO 8601. */
  readonly at: string;
  readonly text: string;
}

/** So many of what a monitor decided before are told at the beginning. */
const mostBefore = 20;

/**
 * What happened between two readings, the oldest first: what the serving router's monitor decided, who became active, who was
 * lost.
 * @param before null: there is no earlier reading, and the monitor's decisions tell when they were made
 * @param at of this reading, ISO 8601
 */
export function eventsBetween(before: Inspection | null, now: Inspection, at: string): WatchEvent[] {
  const serving = now.routers.find(({ traffic }) => traffic !== null);
  const decisions = serving?.monitor?.decisions ?? null;
  if (before === null) return decisions === null ? [] : decided(decisions);
  const former = before.routers.find(({ name }) => name === serving?.name)?.monitor?.decisions ?? null;
  const changes = decisions === null || former === null ? [] : decidedSince(former, decisions, at);
  return [...rolesChanged(before, now).map((text) => ({ at, text })), ...changes].sort((a, b) => order(a.at, b.at));
}

function decided({ virtualServers }: Decisions): WatchEvent[] {
  const all = [...virtualServers].flatMap(([key, { realServers }]) =>
    [...realServers].map(([real, decision]) => told(decision.since, weightEvent(key, real, decision, decision))),
  );
  return all.sort((a, b) => order(a.at, b.at)).slice(-mostBefore);
}

function decidedSince(before: Decisions, now: Decisions, at: string): WatchEvent[] {
  return [...now.virtualServers].flatMap(([key, { realServers, sorry }]) => {
    const former = before.virtualServers.get(key);
    const events = [...realServers].flatMap(([real, decision]) => {
      const earlier = former?.realServers.get(real);
      if (earlier === undefined || earlier.since === decision.since) return [];
      return [told(decision.since, weightEvent(key, real, earlier, decision))];
    });
    if (former === undefined || former.sorry === sorry) return events;
    const reason = sorry ? 'no real server is left' : 'a real server is back';
    return [...events, told(at, sorryEvent(key, sorry, reason))];
  });
}

function told(at: string, event: WeightEvent): WatchEvent {
  return { at, text: renderMonitorEvent({ type: 'weight', ...event }) };
}

function rolesChanged(before: Inspection, now: Inspection): string[] {
  return [
    ...now.routers.flatMap((router) => changesOf(router, before)),
    ...now.unreachable
      .filter(({ name }) => !before.unreachable.some((former) => former.name === name))
      .map(({ name, reason }) => `${name} cannot be reached: ${reason}`),
  ];
}

function changesOf({ name, plan, monitor }: InspectedRouter, before: Inspection): string[] {
  const former = before.routers.find((router) => router.name === name);
  if (former === undefined) return [`${name} is reached again: ${plan.role}`];
  return [
    ...(former.plan.role === plan.role ? [] : [`${name} is ${plan.role} now`]),
    ...(monitor === null || former.monitor?.state === monitor.state
      ? []
      : [`${name}: the monitor is ${monitor.state} now`]),
  ];
}

function order(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
