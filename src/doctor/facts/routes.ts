import type { Family } from '../../model/state.ts';
import type { Runner } from '../../router/runner.ts';

/** The devices of the default routes, by family. */
export async function readDefaultDevices(runner: Runner): Promise<Map<Family, readonly string[]>> {
  const [ipv4, ipv6] = await Promise.all([
    runner.run(['ip', '-j', '-4', 'route', 'show', 'default']),
    runner.run(['ip', '-j', '-6', 'route', 'show', 'default']),
  ]);
  return new Map([
    ['ipv4', devicesIn(ipv4.stdout)],
    ['ipv6', devicesIn(ipv6.stdout)],
  ]);
}

function devicesIn(text: string): string[] {
  try {
    const routes: { dev?: string; nexthops?: { dev?: string }[] }[] = JSON.parse(text || '[]');
    return routes
      .flatMap(({ dev, nexthops = [] }) => [dev, ...nexthops.map((hop) => hop.dev)])
      .flatMap((dev) => dev ?? []);
  } catch {
    return [];
  }
}
