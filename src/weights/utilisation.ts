/*
 * Weights from load averages. Each real server's capacity is estimated as the share of the work that it had, divided by how
 * busy that made it; weights follow the estimates. A load average is late by its own time constant: the share is filtered with
 * the same one, so that both speak of the same time and nothing is corrected twice. Estimates are absolute: what a bound, a dead
 * band or a ramp keeps from a weight does not pile up in them.
 */

/** What is known of one real server at one time. */
export interface Observed {
  /** Weight that its administrator states. */
  readonly configured: number;
  /** Weight that the kernel has had since the last time; 0 where it gets nothing. */
  readonly weight: number;
  /** Load average by processors; null: not known. */
  readonly utilisation: number | null;
}

/** What is remembered of one real server. */
export interface Estimate {
  /** Natural logarithm of its capacity as a multiple of the configured weight. */
  readonly capacity: number;
  /** Share of the weights, 0 to 1, as late as the load average is; null: what it is at the next time. */
  readonly share: number | null;
  /** How far the capacity has been off lately, and in which direction; noise cancels out in it. */
  readonly trend: number;
}

export interface Balance {
  /** Seconds; null: nothing was observed yet. */
  readonly at: number | null;
  readonly estimates: ReadonlyMap<string, Estimate>;
}

export interface BalanceOptions {
  /** Seconds: the readings' own time constant, 60 for a one-minute load average, 0 for what is so now. */
  readonly lateness: number;
}

/** Of what was never observed: it is taken to be as its administrator says. */
const unknown: Estimate = { capacity: 0, share: null, trend: 0 };

/** Seconds in which an estimate follows what is observed, while nothing but noise is off. */
const smoothing = 30;

/** Seconds over which noise is told from a trend. */
const trendLength = 10;

/** A trend this far off, in logarithms, doubles the speed; twice as far trebles it, up to six times. */
const hastyTrend = 0.07;
const mostHaste = 6;

/** Below this a real server is idle: that it has less to do than others does not say how much it could do. */
const idle = 0.1;

/** Weights stay between this part and that multiple of the configured one. */
export const widestFactor = 10;

/** Logarithm of the smallest change of a weight that is worth a command. */
const deadBand = 0.04;

/** After the weights and utilisation at `now`, in seconds, became known. Keys are the real servers'. */
export function balanced(
  previous: Balance,
  servers: ReadonlyMap<string, Observed>,
  now: number,
  { lateness }: BalanceOptions,
): Balance {
  const elapsed = previous.at === null ? 0 : Math.max(0, now - previous.at);
  const total = sum([...servers.values()].map(({ weight }) => weight));
  const estimates = new Map<string, Estimate>();
  for (const [key, { weight }] of servers) {
    const share = total === 0 ? 0 : weight / total;
    const { capacity, share: filtered, trend } = previous.estimates.get(key) ?? unknown;
    const before = filtered ?? share;
    estimates.set(key, { capacity, share: before + (share - before) * portion(elapsed, lateness), trend });
  }
  return { at: now, estimates: corrected(estimates, gapsOf(servers, estimates, total), elapsed) };
}

/**
 * The estimates after the gaps have told on them. Their mean becomes 0 again by steps of those that have a gap: the others
 * stay as they are.
 */
function corrected(
  estimates: ReadonlyMap<string, Estimate>,
  gaps: ReadonlyMap<string, number>,
  elapsed: number,
): Map<string, Estimate> {
  const middle = mean([...estimates.values()].map(({ capacity }) => capacity));
  const after = new Map<string, Estimate>();
  for (const [key, gap] of gaps) {
    const { capacity, share, trend } = estimates.get(key) ?? unknown;
    const lately = trend + (gap - trend) * portion(elapsed, trendLength);
    const haste = Math.min(mostHaste, 1 + Math.abs(lately) / hastyTrend);
    after.set(key, { capacity: capacity + gap * portion(elapsed, smoothing / haste), share, trend: lately });
  }
  const drift = mean(
    [...gaps.keys()].map((key) => (after.get(key)?.capacity ?? 0) - (estimates.get(key)?.capacity ?? 0)),
  );
  const recentred = -middle * portion(elapsed, smoothing);
  for (const [key, estimate] of after) after.set(key, { ...estimate, capacity: estimate.capacity - drift + recentred });
  return new Map([...estimates].map(([key, estimate]) => [key, after.get(key) ?? estimate]));
}

/** How much of the way a filter with that time constant goes in so many seconds. */
function portion(elapsed: number, constant: number): number {
  return constant === 0 ? 1 : -Math.expm1(-elapsed / constant);
}

/** By how much each estimate is less than what is observed, in logarithms; only those that can be told. */
function gapsOf(
  servers: ReadonlyMap<string, Observed>,
  estimates: ReadonlyMap<string, Estimate>,
  total: number,
): Map<string, number> {
  const heard = [...servers].flatMap(([key, { configured, weight, utilisation }]) => {
    const { capacity, share } = estimates.get(key) ?? unknown;
    // One that has had less than half of its present share on average has only just come back: its reading is of the time before.
    if (configured === 0 || weight === 0 || share === null || share < weight / total / 2) return [];
    if (utilisation === null || !(utilisation >= 0 && Number.isFinite(utilisation))) return [];
    const off = Math.log(share / configured) - logOfLoad(Math.max(utilisation, idle)) - capacity;
    return [{ key, off, idle: utilisation < idle }];
  });
  const busy = heard.filter((each) => !each.idle);
  if (busy.length === 0 || heard.length < 2) return new Map();
  const level = mean(busy.map(({ off }) => off));
  // An idle one shows the least that it could do, not the most.
  return new Map(heard.map(({ key, off, idle }) => [key, idle ? Math.max(0, off - level) : off - level]));
}

/**
 * Logarithm of the work that such a utilisation stands for. Up to one runnable process a processor they are proportional; beyond,
 * queues grow faster than the work that makes them, and to take them at face value would overshoot.
 */
function logOfLoad(utilisation: number): number {
  return utilisation <= 1 ? Math.log(utilisation) : 2 * (1 - 1 / Math.sqrt(utilisation));
}

/**
 * What the estimates make of each configured weight: a factor from 1/10 to 10. One that would change by less than the dead
 * band stays as it was.
 * @param before the factors so far
 */
export function factorsOf({ estimates }: Balance, before: ReadonlyMap<string, number>): Map<string, number> {
  return new Map(
    [...estimates].map(([key, { capacity }]) => {
      const wanted = Math.min(widestFactor, Math.max(1 / widestFactor, Math.exp(capacity)));
      const factor = before.get(key) ?? 0;
      const kept = factor > 0 && Math.abs(Math.log(wanted / factor)) < deadBand;
      return [key, kept ? factor : wanted];
    }),
  );
}

/** Sorted first, so that the order in which real servers are declared makes no difference, not even in the last digit. */
function sum(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b).reduce((total, number) => total + number, 0);
}

function mean(numbers: readonly number[]): number {
  return numbers.length === 0 ? 0 : sum(numbers) / numbers.length;
}
