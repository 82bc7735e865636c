import { type DraftVirtualServer, pathOf } from '../draft.ts';
import { type Path, type Report, wrongValue } from '../mistake.ts';
import type { RealServerSpec } from '../schema/real-server.ts';

type TunnelSpec = NonNullable<RealServerSpec['tunnel']>;

/** `tunnel` goes with `forward: tunnel`, and each type has its own options. */
export function checkTunnel(server: DraftVirtualServer, report: Report): void {
  const { spec, mistaken, path } = server;
  if (spec.tunnel === undefined && !server.realServers.some((real) => real.spec.tunnel !== undefined)) return;
  const anyForward = [spec.forward, ...server.realServers.map((real) => real.spec.forward)];
  const unknown = mistaken.has('forward') || server.realServers.some((real) => real.mistaken.has('forward'));
  if (spec.tunnel !== undefined) {
    if (!unknown && !anyForward.includes('tunnel')) report(needless([...path, 'tunnel'], spec.forward, spec.tunnel));
    checkOptions(spec.tunnel, [...path, 'tunnel'], report);
  }
  for (const real of server.realServers) {
    if (real.spec.tunnel === undefined) continue;
    const forward = real.spec.forward ?? spec.forward;
    if (!unknown && forward !== 'tunnel') report(needless([...pathOf(real), 'tunnel'], forward, real.spec.tunnel));
    checkOptions(real.spec.tunnel, [...pathOf(real), 'tunnel'], report);
  }
}

function needless(path: Path, forward: string | undefined, tunnel: TunnelSpec) {
  return wrongValue(path, tunnel, { allowed: `tunnel only with forward: tunnel; here it is ${forward ?? 'masq'}` });
}

/** ip_vs_ctl.c and ipvsadm refuse the same. */
function checkOptions({ type = 'ipip', port, checksum = 'none' }: TunnelSpec, path: Path, report: Report): void {
  if (type === 'gue' && port === undefined)
    report(wrongValue([...path, 'type'], type, { allowed: 'gue only with a port' }));
  if (type !== 'gue' && port !== undefined)
    report(wrongValue([...path, 'port'], port, { allowed: `a port only for gue; this is ${type}` }));
  const checksums = { ipip: ['none'], gre: ['none', 'csum'], gue: ['none', 'csum', 'remcsum'] }[type];
  if (!checksums.includes(checksum))
    report(wrongValue([...path, 'checksum'], checksum, { allowed: `${checksums.join(', ')}, since this is ${type}` }));
}
