import type { Runner } from '../../router/runner.ts';
import type { Examined } from '../model/examination.ts';
import { settingsAtBoot, settingsKept } from '../model/sysctl-files.ts';

/**
 * Prints every file of sysctl.d(5), each under a line with its path, in no order. systemd does not look at /etc/sysctl.conf, to
 * which some distributions have a link among the others.
 */
const show =
  'for file in /etc/sysctl.d/*.conf /run/sysctl.d/*.conf /usr/local/lib/sysctl.d/*.conf /usr/lib/sysctl.d/*.conf /lib/sysctl.d/*.conf $([ -d /run/systemd/system ] || echo /etc/sysctl.conf); do [ -f "$file" ] || continue; printf "\\n=== %s\\n" "$file"; cat "$file"; done';

/** What files set at the next boot, by sysctl name, and which of it is ours. */
export async function readLasting(runner: Runner): Promise<Pick<Examined, 'lasting' | 'kept'>> {
  const { stdout } = await runner.run(['sh', '-c', show]);
  return { lasting: settingsAtBoot(stdout), kept: settingsKept(stdout) };
}
