/** Steps of a ramp. More would be more commands, and none would notice. */
const steps = 10;

/**
 * Share of its weight that a real server has `elapsed` seconds after it came back, when all of it takes `duration` seconds: from a
 * tenth on in steps of a tenth; null once it has all.
 */
export function rampShare(elapsed: number, duration: number): number | null {
  if (elapsed >= duration) return null;
  const progress = Math.max(0, elapsed) / duration;
  return Math.floor(1 + (steps - 1) * progress) / steps;
}

/** What is left of `weight` for that share: at least 1, unless it is 0 itself. */
export function rampedWeight(weight: number, share: number): number {
  return weight === 0 ? 0 : Math.max(1, Math.round(weight * share));
}
