import { isIPv4 } from 'node:net';
import type { Settings, Value } from '../../config/edit/render.ts';
import { fromPerl } from '../../patterns/lacking.ts';
import { withoutDefaults } from '../monitoring.ts';
import { within } from '../numbers.ts';
import type { Place, Warnings } from '../warnings.ts';
import type { LdirectordReal } from './real-servers.ts';

/** What a virtual server says about its checks; durations in seconds. */
export interface Checking {
  readonly type: string;
  readonly service: string;
  readonly protocol: 'tcp' | 'udp' | 'fwm';
  readonly command: string;
  readonly request: string;
  readonly receive: string;
  readonly virtualHost: string | null;
  readonly method: string;
  readonly port: number | null;
  readonly interval: number;
  readonly connectTimeout: number;
  readonly negotiateTimeout: number;
  readonly failures: number;
  readonly place: Place;
}

type Subject = Settings | null;

/** The check of a virtual server's real servers; null: none. */
export function readCheck(checking: Checking, reals: readonly LdirectordReal[], warnings: Warnings): Value | null {
  const { subject, timeout } = subjectOf(checking, reals, warnings);
  if (subject === null) return null;
  const times = {
    interval: within(checking.interval, 0.1, 3600),
    timeout: within(timeout, 0.1, 3600),
    rise: 1,
    fall: checking.failures,
  };
  return withoutDefaults({ ...subject, ...(checking.port !== null && { port: checking.port }), ...times });
}

function subjectOf(
  checking: Checking,
  reals: readonly LdirectordReal[],
  warnings: Warnings,
): { subject: Subject; timeout: number } {
  const { type, protocol, place, connectTimeout, negotiateTimeout } = checking;
  const told = (text: string, means: string) => {
    warnings.add(place, text, means);
    return null;
  };
  switch (type) {
    case 'on':
    case 'off':
      return { subject: null, timeout: connectTimeout };
    case 'ping':
      return { subject: told('checktype = ping', 'not checked: lvs has no check by ping'), timeout: connectTimeout };
    case 'connect':
      if (protocol !== 'udp') return { subject: { tcp: true }, timeout: connectTimeout };
      return {
        subject: told('checktype = connect', 'of UDP that is a ping: not checked, lvs has no check by ping'),
        timeout: connectTimeout,
      };
    case 'external':
      return { subject: external(checking, warnings), timeout: connectTimeout };
    case 'external-perl':
      return {
        subject: told('checktype = external-perl', 'not checked: write a program for check: { exec: … }'),
        timeout: connectTimeout,
      };
    case 'negotiate':
      return { subject: negotiated(checking, reals, warnings), timeout: negotiateTimeout };
    default:
      told(`checktype = ${type}`, 'every check is the negotiated one, not one in several');
      return { subject: negotiated(checking, reals, warnings), timeout: negotiateTimeout };
  }
}

/** ldirectord adds the addresses of the virtual and of the real server as arguments. */
function external({ command, place }: Checking, warnings: Warnings): Subject {
  const means =
    'not checked: ldirectord gives it virtual server, port, real server and port as arguments; see check: { exec: … } in lvs.yaml(5)';
  warnings.add(place, `checkcommand = ${command}`, means);
  return null;
}

function negotiated(checking: Checking, reals: readonly LdirectordReal[], warnings: Warnings): Subject {
  const { service, place } = checking;
  if (service === 'none') return null;
  if (service === 'http' || service === 'https') return http(checking, service, reals, warnings);
  if (service === 'dns') return dns(checking, reals, warnings);
  if (checking.protocol === 'udp') {
    warnings.add(place, `service = ${service}`, 'not checked: lvs has no such check');
    return null;
  }
  warnings.add(place, `service = ${service}`, 'lvs has no such dialogue: only whether a connection opens is checked');
  return { tcp: true };
}

function http(
  checking: Checking,
  service: 'http' | 'https',
  reals: readonly LdirectordReal[],
  warnings: Warnings,
): Subject {
  const { request, receive } = agreed(checking, reals, warnings);
  const { method, place } = checking;
  if (method === 'HEAD') warnings.add(place, 'httpmethod = HEAD', 'checked with GET');
  const elsewhere = /^\/?https?:\/\//.test(request);
  if (elsewhere || /\s/.test(request)) {
    const means = 'is not asked of the real server itself: only whether a connection opens is checked';
    warnings.add(place, `request = "${request}"`, means);
    return { tcp: true };
  }
  warnings.add(
    place,
    `service = ${service}`,
    'here an answer is good with a status from 200 to 399, there from 200 to 299',
  );
  const path = request.startsWith('/') ? request : `/${request}`;
  return {
    [service]: path,
    ...(checking.virtualHost !== null && { host: checking.virtualHost }),
    ...(receive !== '' && { body: fromPerl(receive) }),
    ...(service === 'https' && { verify: false }),
  };
}

function dns(checking: Checking, reals: readonly LdirectordReal[], warnings: Warnings): Subject {
  const { request, receive } = agreed(checking, reals, warnings);
  const name = request.replace(/^\//, '');
  const { place } = checking;
  // Without one ldirectord takes no answer; this one any answer has.
  if (receive !== '.') warnings.add(place, `receive = "${receive}"`, 'any answer to the question is good');
  if (name === '') {
    warnings.add(place, 'service = dns', 'not checked: there is no request, the name to ask for');
    return null;
  }
  // An address is asked for its name.
  if (isIPv4(name)) return { dns: `${name.split('.').reverse().join('.')}.in-addr.arpa`, record: 'PTR' };
  return { dns: name };
}

/** A virtual server has one check: what is asked of single real servers is asked of all, or of none. */
function agreed({ request, receive, place }: Checking, reals: readonly LdirectordReal[], warnings: Warnings) {
  const asked = reals.map((real) => ({
    request: real.request !== null && real.receive !== null ? real.request : request,
    receive: real.request !== null && real.receive !== null ? real.receive : receive,
  }));
  const [first = { request, receive }] = asked;
  if (asked.every((each) => each.request === first.request && each.receive === first.receive)) return first;
  warnings.add(
    place,
    'requests of single real servers',
    'all are asked what the virtual server says: lvs has one check for all',
  );
  return { request, receive };
}
