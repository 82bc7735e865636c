import type { Runner } from '../../router/runner.ts';
import { settingsAtBoot } from '../model/sysctl-files.ts';

/** Prints every file of sysctl.d(5), each under a line with its path, in no order. */
const show =
  'for file in /etc/sysctl.d/*.conf /run/sysctl.d/*.conf /usr/local/lib/sysctl.d/*.conf /usr/lib/sysctl.d/*.conf /lib/sysctl.d/*.conf /etc/sysctl.conf; do [ -f "$file" ] || continue; printf "\\n=== %s\\n" "$file"; cat "$file"; done';

/** What files set at the next boot, by sysctl name. */
export async function readLasting(runner: Runner): Promise<Map<string, string>> {
  const { stdout } = await runner.run(['sh', '-c', show]);
  return settingsAtBoot(stdout);
}
