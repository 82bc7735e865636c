import { shellWords } from '../../grammar/shell.ts';
import type { Examined } from '../model/examination.ts';
import type { Finding, FixStep } from '../model/finding.ts';

/** What a router's kernel has for a setting; null: it has no such one, or it was not read. */
export function settingOf({ state }: Examined, name: string): string | null {
  return state?.settings.get(name) ?? null;
}

/** `net.ipv4.conf.eth0.rp_filter`: sysctl(8) writes dots in a device's name as slashes. */
export function ofDevice(device: string, name: string, version: 'ipv4' | 'ipv6' = 'ipv4'): string {
  return `net.${version}.conf.${device.replaceAll('.', '/')}.${name}`;
}

/** Sets one, and knows what puts it back; null: what it is now is not known, so that nothing could. */
function settingStep(router: Examined, name: string, value: string): FixStep | null {
  const former = settingOf(router, name);
  if (former === null) return null;
  const set = (to: string) => ['sysctl', '-w', `${name}=${to}`];
  return { argv: set(value), undo: former === value ? null : set(former) };
}

/** A finding that setting some of a router's settings mends, now and for its next boot. */
export function settingFinding(
  router: Examined,
  wanted: readonly (readonly [name: string, value: string])[],
  rest: Pick<Finding, 'id' | 'severity' | 'what' | 'why'>,
): Finding {
  const steps = wanted.flatMap(([name, value]) => settingStep(router, name, value) ?? []);
  const words = ['sysctl', '-w', ...wanted.map(([name, value]) => `${name}=${value}`)];
  const modules = wanted.some(([name]) => name.startsWith('net.ipv4.vs.')) ? ['ip_vs'] : [];
  const isKnown = steps.length === wanted.length;
  return { ...rest, mend: shellWords(words), fix: isKnown ? { steps, settings: wanted, modules } : null };
}

/** A finding that only people can mend. */
export function findingOf(finding: Omit<Finding, 'fix'>): Finding {
  return { ...finding, fix: null };
}
