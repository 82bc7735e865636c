/** A router came to have a floating address, or ceased to. */
export interface Ownership {
  /** Milliseconds of some clock. */
  readonly at: number;
  readonly router: string;
  readonly address: string;
  readonly has: boolean;
}

/** A time in which an address had so many owners. */
export interface Span {
  readonly address: string;
  readonly from: number;
  readonly to: number;
}

/** The times in which an address had two owners: see spansOf. */
export function sharedSpans(events: readonly Ownership[], end: number): Span[] {
  return spansOf(events, end, (owners) => owners > 1);
}

/** The times in which an address that had an owner had none: see spansOf. */
export function ownerlessSpans(events: readonly Ownership[], end: number): Span[] {
  return spansOf(events, end, (owners) => owners === 0);
}

/**
 * The times in which an address had as many owners as are asked for.
 * @param events in order
 * @param end when it was looked at last: what lasts then ends then
 */
function spansOf(events: readonly Ownership[], end: number, isMeant: (owners: number) => boolean): Span[] {
  const owners = new Map<string, Set<string>>();
  const since = new Map<string, number>();
  const spans: Span[] = [];
  const close = (address: string, to: number) => {
    const from = since.get(address);
    if (from !== undefined) spans.push({ address, from, to });
    since.delete(address);
  };
  for (const { at, router, address, has } of events) {
    const own = owners.get(address) ?? new Set<string>();
    owners.set(address, own);
    if (has) own.add(router);
    else own.delete(router);
    if (!isMeant(own.size)) close(address, at);
    else if (!since.has(address)) since.set(address, at);
  }
  for (const address of [...since.keys()]) close(address, end);
  return spans;
}

/** What `ip -o monitor address` says in one line: `2: eth0    inet 1.2.3.1/32 scope …`, after `Deleted` where it goes. */
export function parseMonitorLine(line: string): { readonly address: string; readonly has: boolean } | null {
  const [, deleted, device, address, prefix] =
    /^(?:\[ADDR\])?(Deleted )?\d+: (\S+) +inet6? ([\da-f.:]+)\/(\d+) /.exec(line) ?? [];
  if (address === undefined || device === 'lo' || (prefix !== '32' && prefix !== '128')) return null;
  return { address, has: deleted === undefined };
}

const bounds = [0.1, 0.3, 1, 3, 5, 10, 15, 30] as const;

/** How long addresses had two owners: lines of a table, for people. */
export function distribution(seconds: readonly number[]): string[] {
  const edges = [0, ...bounds, Number.POSITIVE_INFINITY];
  const rows = edges.slice(1).map((most, index) => {
    const least = edges[index] ?? 0;
    const count = seconds.filter((each) => each >= least && each < most).length;
    const range = most === Number.POSITIVE_INFINITY ? `${least} s and more` : `${least} to ${most} s`;
    return { range, count };
  });
  const last = rows.findLastIndex(({ count }) => count > 0);
  return rows.slice(0, last + 1).map(({ range, count }) => `  ${range.padStart(14)}  ${String(count).padStart(6)}`);
}
