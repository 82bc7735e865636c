import { shellWords } from '../../grammar/shell.ts';
import type { Examined } from '../model/examination.ts';
import type { Finding } from '../model/finding.ts';

/** What a router's kernel has for a setting; null: it has no such one, or it was not read. */
export function settingOf({ state }: Examined, name: string): string | null {
  return state?.settings.get(name) ?? null;
}

/** `net.ipv4.conf.eth0.rp_filter`: sysctl(8) writes dots in a device's name as slashes. */
export function ofDevice(device: string, name: string, version: 'ipv4' | 'ipv6' = 'ipv4'): string {
  return `net.${version}.conf.${device.replaceAll('.', '/')}.${name}`;
}

/** A finding that setting some of a router's settings mends, now and for its next boot. */
export function settingFinding(
  router: Examined,
  wanted: readonly (readonly [name: string, value: string])[],
  rest: Pick<Finding, 'id' | 'severity' | 'what' | 'why'>,
): Finding {
  const steps = wanted.map(([name, value]) => {
    const former = settingOf(router, name);
    return {
      argv: ['sysctl', '-w', `${name}=${value}`],
      undo: former === null ? null : ['sysctl', '-w', `${name}=${former}`],
    };
  });
  const words = ['sysctl', '-w', ...wanted.map(([name, value]) => `${name}=${value}`)];
  const modules = wanted.some(([name]) => name.startsWith('net.ipv4.vs.')) ? ['ip_vs'] : [];
  return { ...rest, mend: shellWords(words), fix: { steps, settings: wanted, modules } };
}

/** A finding that only people can mend. */
export function findingOf(finding: Omit<Finding, 'fix'>): Finding {
  return { ...finding, fix: null };
}
