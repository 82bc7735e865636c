import { hasArp } from './device-table.ts';
import { type Execution, refused, succeeded } from './execution.ts';
import type { Router } from './router.ts';

/**
 * arping of iputils, or Thomas Habets's where its words are used. What `arping -q -U -c N -I DEVICE ADDRESS` announces is written down; `arping -D` ends with 1 where
 * another machine answers for the address.
 */
export function arping(router: Router, argv: readonly string[]): Execution {
  const isHabets = argv.includes('-i');
  const name = argv[argv.indexOf(isHabets ? '-i' : '-I') + 1] ?? '';
  const count = Number(argv[argv.indexOf('-c') + 1]);
  const address = argv.at(-1) ?? '';
  const device = router.devices.device(name);
  if (device === undefined) return refused(2, `arping: Device ${name} not available.`);
  // With -q it does not even say `Interface "dummy0" is not ARPable`.
  if (!device.up || !hasArp(name)) return { status: 2, stdout: '', stderr: '' };
  if (argv.includes('-0')) return { ...succeeded, status: router.neighbours.has(address) ? 0 : 1 };
  if (argv.includes('-D')) return router.neighbours.has(address) ? { ...succeeded, status: 1 } : succeeded;
  if (!router.devices.addresses().some((held) => held.address === address)) {
    return refused(2, 'arping: bind: Cannot assign requested address');
  }
  return router.attempt(['arping', ...argv], () => {
    router.announcements.push({ device: name, address, count });
    // Nobody replies to an announcement.
    return isHabets ? { ...succeeded, status: 1 } : succeeded;
  });
}
