import type { Tunnel } from '../../model/state.ts';
import type { ImportedRealServer } from '../imported.ts';
import { wholeNumberIn } from '../numbers.ts';
import type { Warnings } from '../warnings.ts';
import { readEndpoint } from './addresses.ts';
import type { Statement } from './blocks.ts';
import { type Probe, readProbes, readTimes, type Times } from './checks.ts';
import { Keywords, wrong } from './keywords.ts';

/** How packets reach a real server. */
export type Forwarding = Pick<ImportedRealServer, 'forward' | 'tunnel'>;

/** What a virtual server says for its real servers. */
export interface RealDefaults {
  readonly forwarding: Forwarding;
  readonly weight: number;
  readonly times: Times;
  readonly inhibit: boolean;
}

/** A real server as it stands there; its port is null where none is written. */
export interface KeepalivedReal {
  readonly real: Omit<ImportedRealServer, 'port'> & { readonly port: number | null };
  readonly statement: Statement;
  readonly probes: readonly Probe[];
  readonly inhibit: boolean;
}

const withoutCounterpart: Readonly<Record<string, string>> = {
  notify_up: 'lvs monitor runs no scripts: its decisions are lines of its output',
  notify_down: 'lvs monitor runs no scripts: its decisions are lines of its output',
  smtp_alert: 'lvs monitor sends no e-mail',
  snmp_name: 'lvs has no SNMP',
  alpha: 'a real server counts as up until it is checked',
  warmup: 'the first check is made at once, or after a little jitter',
};

/**
 * `real_server 192.168.1.2 80 { … }`.
 * @param port the virtual server's, for its checks
 * @throws LvsError invalid-input
 */
export function readReal(
  statement: Statement,
  port: number,
  defaults: RealDefaults,
  warnings: Warnings,
): KeepalivedReal {
  const keywords = new Keywords(statement.block);
  const endpoint = readEndpoint(statement, statement.words);
  const method = keywords.one('lvs_method', 'lb_kind');
  const { forward, tunnel } = method === undefined ? defaults.forwarding : readForwarding(method);
  const times = readTimes(keywords, defaults.times);
  const real = {
    place: statement.place,
    address: endpoint.address,
    port: endpoint.port,
    forward,
    tunnel,
    weight: keywords.number('weight', 0, 2_147_483_647) ?? defaults.weight,
    upperThreshold: keywords.number('uthreshold', 0, 2_147_483_647) ?? 0,
    lowerThreshold: keywords.number('lthreshold', 0, 2_147_483_647) ?? 0,
    drain: false,
  };
  const inhibit = keywords.flag('inhibit_on_failure') ?? defaults.inhibit;
  const target = {
    address: endpoint.address,
    port: endpoint.port ?? port,
    // Without NAT it is the virtual server's, whatever is written.
    portInKernel: forward === 'masq' ? (endpoint.port ?? port) : port,
  };
  const probes = readProbes(keywords, target, times, warnings);
  keywords.unread(withoutCounterpart, warnings);
  return { real, statement, probes, inhibit };
}

const methods = { NAT: 'masq', DR: 'direct', TUN: 'tunnel' } as const;

/** `lvs_method TUN type gue port 6080 csum`. @throws LvsError invalid-input */
export function readForwarding(statement: Statement): Forwarding {
  const [word = '', ...options] = statement.words;
  const forward = Object.hasOwn(methods, word) ? methods[word as keyof typeof methods] : undefined;
  if (forward === undefined) throw wrong(statement, 'NAT, DR, TUN');
  if (forward !== 'tunnel') return { forward, tunnel: null };
  return { forward, tunnel: readTunnel(statement, options) };
}

function readTunnel(statement: Statement, options: readonly string[]): Tunnel {
  const after = (option: string) => (options.includes(option) ? options[options.indexOf(option) + 1] : undefined);
  const type = after('type') ?? 'ipip';
  const port = options.includes('port') ? wholeNumberIn(after('port'), 1, 65535) : null;
  const checksum = options.includes('csum') ? 'csum' : options.includes('remcsum') ? 'remcsum' : 'none';
  if (type !== 'ipip' && type !== 'gue' && type !== 'gre') throw wrong(statement, 'TUN type ipip, gue or gre');
  if (options.includes('port') && port === null) throw wrong(statement, 'a port from 1 to 65535');
  return { type, port, checksum };
}
