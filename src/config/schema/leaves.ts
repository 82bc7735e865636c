import * as z from 'zod/mini';
import { parseAddress, parseEndpoint, parsePrefixed } from '../words/address.ts';
import { durationForms, parseDuration } from '../words/duration.ts';
import { deviceProblem, labelProblem, longestDeviceName } from '../words/names.ts';
import { parseNetmask } from '../words/netmask.ts';
import { type Problem, problemOf } from '../words/problem.ts';
import { parseSshDestination } from '../words/ssh-destination.ts';
import { parseVirtualAddress } from '../words/virtual-address.ts';
import { leadingZerosHint } from '../words/zeros.ts';

/*
 * The kinds of value in lvs.yaml. A schema's error text says what is allowed, never what is wrong: the sentence around it is
 * the same for all (see structure.ts).
 */

interface Annotations {
  /** For editors, which cannot run our own check. */
  readonly pattern?: string;
  readonly examples?: readonly (string | number)[];
  readonly maxLength?: number;
}

/** Text that `find` has nothing against. */
export function text(
  description: string,
  allowed: string,
  find: (value: string) => Problem | null,
  annotations: Annotations = {},
) {
  return z.string(allowed).check(z.describe(description), z.meta({ ...annotations }), checkedBy(find));
}

function checkedBy<T>(find: (value: T) => Problem | null): z.core.CheckFn<T> {
  return (context) => {
    const problem = find(context.value);
    if (problem === null) return;
    const { allowed, hint } = problem;
    context.issues.push({ code: 'custom', input: context.value, message: allowed, params: { hint } });
  };
}

export function wholeNumber(minimum: number, maximum: number, description: string) {
  const allowed = `a whole number from ${minimum} to ${maximum}`;
  // Where it is no whole number at all, its range is not worth a second mistake.
  const integer = z.int({ error: allowed, abort: true });
  return integer.check(z.describe(description), z.gte(minimum, allowed), z.lte(maximum, allowed));
}

export function word<const Words extends readonly [string, ...string[]]>(words: Words, description: string) {
  return z.enum(words, words.join(', ')).check(z.describe(description));
}

export function yesOrNo(description: string) {
  return z.boolean('true, false').check(z.describe(description));
}

/** Seconds between `minimum` and `maximum`, in whole ones where `whole` is said. */
export function duration(minimum: number, maximum: number, description: string, { whole = false } = {}) {
  const range = `from ${minimum} s to ${maximum} s`;
  const allowed = whole ? `${durationForms}, in whole seconds, ${range}` : `${durationForms}, ${range}`;
  const find = (value: string | number) => {
    const seconds = parseDuration(value);
    const fits = seconds !== null && seconds >= minimum && seconds <= maximum && (!whole || Number.isInteger(seconds));
    return fits ? null : { allowed, hint: leadingZerosHint(String(value)) };
  };
  return z.union([z.number(), z.string()], allowed).check(z.describe(description), checkedBy<string | number>(find));
}

export function device(description: string) {
  return text(description, 'a network device', deviceProblem, {
    pattern: '^[^\\s/:-][^\\s/:]*$',
    maxLength: longestDeviceName,
    examples: ['eth0'],
  });
}

export function label(description: string) {
  return text(description, 'DEVICE:ALIAS, such as eth0:1', labelProblem, {
    pattern: '^[^\\s/:]+:[^\\s/]+$',
    maxLength: longestDeviceName,
    examples: ['eth0:1'],
  });
}

export function address(description: string) {
  return text(description, 'an IPv4 or IPv6 address', (value) => problemOf(parseAddress(value)), {
    examples: ['1.2.3.1'],
  });
}

export function endpoint(description: string) {
  return text(description, 'ADDRESS or ADDRESS:PORT', (value) => problemOf(parseEndpoint(value)), {
    examples: ['192.168.1.2', '192.168.1.3:8080', '[2001:db8::2]:80'],
  });
}

export function prefixed(description: string) {
  return text(description, 'ADDRESS or ADDRESS/LENGTH', (value) => problemOf(parsePrefixed(value)), {
    examples: ['192.168.1.254/32'],
  });
}

export function virtualAddress(description: string) {
  const allowed = 'tcp://, udp:// or sctp:// with ADDRESS:PORT, or fwmark:MARK';
  return text(description, allowed, (value) => problemOf(parseVirtualAddress(value)), {
    pattern: '^((tcp|udp|sctp)://.+:[0-9]+|fwmark:[0-9]+)$',
    examples: ['tcp://1.2.3.1:80', 'udp://[2001:db8::1]:53', 'fwmark:7'],
  });
}

export function netmask(description: string) {
  const allowed = 'a netmask such as 255.255.255.0, or a prefix length from 1 to 32 (IPv6: 128)';
  const find = (value: string | number) => problemOf(parseNetmask(value));
  return z.union([z.string(), z.number()], allowed).check(z.describe(description), checkedBy<string | number>(find));
}

/** One destination, or a list of them. */
export function sshDestinations(description: string) {
  const one = sshDestination('One destination.');
  const several = z.array(one).check(z.minLength(1, 'at least one destination'));
  return z.union([one, several], `${sshForms}, or a list of them`).check(z.describe(description));
}

const sshForms = 'a destination of ssh(1): HOST, USER@HOST or ssh://USER@HOST:PORT';

function sshDestination(description: string) {
  return text(description, sshForms, (value) => problemOf(parseSshDestination(value)), {
    pattern: '^[^\\s-]\\S*$',
    examples: ['root@192.168.1.11', 'ssh://admin@lvs2.example.net:2222'],
  });
}
