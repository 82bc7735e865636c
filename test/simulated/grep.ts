import { type Execution, printed, succeeded } from './execution.ts';
import type { Router } from './router.ts';

/** `grep -Hs '' /proc/sys/…`: settings with their paths; those that the kernel does not have are passed over. */
export function grep(router: Router, argv: readonly string[]): Execution {
  const paths = argv.filter((word) => word.startsWith('/proc/sys/'));
  const lines = paths.flatMap((path) => {
    const value = router.sysctls.read(nameOf(path));
    return value === undefined ? [] : [`${path}:${value}\n`];
  });
  const found = printed(lines.join(''));
  return lines.length === paths.length ? found : { ...succeeded, ...found, status: 2 };
}

/** sysctl(8) swaps dots and slashes. */
function nameOf(path: string): string {
  return path.slice('/proc/sys/'.length).replace(/[./]/g, (separator) => (separator === '.' ? '/' : '.'));
}
