import { canonicalAddress } from '../../src/model/ip.ts';
import { type Execution, printed, refused, succeeded } from './execution.ts';
import { addressesAsJson } from './ip-output.ts';
import type { Router } from './router.ts';

/** iproute2's ip: `ip -j addr show [dev D]`, `ip addr add|replace|del`, and those from a batch on stdin. */
export function ip(router: Router, argv: readonly string[], stdin: string): Execution {
  if (argv[0] === '-batch' && argv[1] === '-') return batch(router, stdin);
  const words = argv.filter((word) => word !== '-j');
  if (words[1] === 'route') return printed(`${JSON.stringify(words[0] === '-4' ? (router.routes ?? []) : [])}\n`);
  if (argv.length > words.length) return show(router, words);
  return changeAddress(router, words);
}

/** Stops at the first line that fails, and names it. Lines without a command count. */
function batch(router: Router, stdin: string): Execution {
  for (const [index, line] of stdin.split('\n').entries()) {
    const words = line
      .replace(/#.*/, '')
      .split(/\s+/)
      .filter((word) => word !== '');
    if (words.length === 0) continue;
    const execution = changeAddress(router, words);
    if (execution.status === unknownCommand) return execution;
    if (execution.status !== 0) {
      return { ...execution, status: 1, stderr: `${execution.stderr}Command failed -:${index + 1}\n` };
    }
  }
  return succeeded;
}

function show(router: Router, words: readonly string[]): Execution {
  const device = words[words.indexOf('dev') + 1];
  const only = words.includes('dev') ? device : undefined;
  if (only !== undefined && !router.devices.has(only)) return refused(1, `Device "${only}" does not exist.`);
  return printed(`${addressesAsJson(router.devices, only ?? null)}\n`);
}

const unknownCommand = 255;
const longestLabel = 15;

function changeAddress(router: Router, words: readonly string[]): Execution {
  const [object = '', action = '', target = '', ...options] = words;
  if (!['addr', 'address', 'a'].includes(object)) {
    return refused(unknownCommand, `Object "${object}" is unknown, try "ip help".`);
  }
  if (!['add', 'replace', 'del', 'delete'].includes(action)) {
    return refused(unknownCommand, `Command "${action}" is unknown, try "ip address help".`);
  }
  const held = readTarget(target);
  if (held === null) return refused(1, `Error: any valid prefix is expected rather than "${target}".`);
  const device = options[options.indexOf('dev') + 1] ?? '';
  if (!options.includes('dev')) return refused(1, 'Not enough information: "dev" argument is required.');
  if (!router.devices.has(device)) return refused(1, `Cannot find device "${device}"`);
  const label = options.includes('label') ? (options[options.indexOf('label') + 1] ?? null) : null;
  if ((label?.length ?? 0) > longestLabel) return refused(2, 'Error: Attribute failed policy validation.');
  return router.attempt(['ip', ...words], () => {
    if (action.startsWith('del')) {
      const deleted = router.devices.delete(device, held.address, held.prefix);
      return deleted ? succeeded : refused(2, 'RTNETLINK answers: Cannot assign requested address');
    }
    const prefix = held.prefix ?? held.full;
    const added = router.devices.add({ address: held.address, prefix, device, label });
    return added || action === 'replace' ? succeeded : refused(2, 'RTNETLINK answers: File exists');
  });
}

function readTarget(target: string): { address: string; prefix: number | null; full: number } | null {
  const [addressText = '', prefixText] = target.split('/');
  const address = canonicalAddress(addressText);
  if (address === null) return null;
  const full = address.includes(':') ? 128 : 32;
  const prefix = prefixText === undefined ? null : Number(prefixText);
  return prefix === null || (prefix >= 0 && prefix <= full) ? { address, prefix, full } : null;
}
