import type { Examination, Examined } from '../model/examination.ts';
import type { Finding } from '../model/finding.ts';
import { familiesOf, realServersOf } from './declared.ts';
import { findingOf } from './setting.ts';

const packageOf: Readonly<Record<string, string>> = {
  ip: 'iproute2',
  arping: 'iputils-arping',
  xargs: 'findutils',
  flock: 'util-linux',
  sysctl: 'procps',
};

/** Programs that are missing, too old, or another program of that name. */
export function toolFindings(router: Examined, examination: Examination): Finding[] {
  return [...missing(router), ...others(router), ...old(router, examination), ...optional(router)];
}

function missing({ missing: programs }: Examined): Finding[] {
  if (programs.length === 0) return [];
  const packages = [...new Set(programs.map((program) => packageOf[program] ?? program))];
  return [
    findingOf({
      id: 'missing-tools',
      severity: 'problem',
      what: `programs are missing: ${programs.join(', ')}`,
      why: 'no command of lvs can change anything on this router without them',
      mend: `apt-get install ${packages.join(' ')}`,
    }),
  ];
}

function others({ versions, missing: programs }: Examined): Finding[] {
  if (programs.includes('ip') || !versions.get('ip')?.includes('BusyBox')) return [];
  return [
    findingOf({
      id: 'other-ip',
      severity: 'problem',
      what: "ip is BusyBox's",
      why: 'it knows neither JSON nor what lvs asks of it: lvs cannot read the addresses',
      mend: 'apt-get install iproute2',
    }),
  ];
}

function old({ versions }: Examined, examination: Examination): Finding[] {
  const tunnels = realServersOf(examination).some(({ tunnel }) => tunnel !== null && tunnel.type !== 'ipip');
  const wanted = [
    { program: 'ipvsadm', least: [1, tunnels ? 31 : 27], why: 'it cannot make the rules that lvs.yaml declares' },
    { program: 'ip', least: [4, 14], why: 'it prints no JSON: lvs cannot read the addresses' },
    ...(examination.cluster.failover.engine === 'keepalived'
      ? [{ program: 'keepalived', least: [2, 1], why: 'it does not understand the configuration that lvs writes' }]
      : []),
  ];
  return wanted.flatMap(({ program, least, why }) => {
    const said = versions.get(program) ?? '';
    const [, major, minor] = /\bv?(\d+)\.(\d+)/.exec(said) ?? [];
    if (minor === undefined || said.includes('BusyBox')) return [];
    const isOld = Number(major) < (least[0] ?? 0) || (Number(major) === least[0] && Number(minor) < (least[1] ?? 0));
    if (!isOld) return [];
    const mend = `apt-get install ${packageOf[program] ?? program}`;
    const what = `${program} ${major}.${minor} is older than ${least.join('.')}`;
    return [findingOf({ id: 'old-tool', severity: 'problem', what, why, mend })];
  });
}

/** Programs that only some things need. */
function optional(router: Examined): Finding[] {
  const findings: Finding[] = [];
  if (router.connects === null) {
    findings.push(
      findingOf({
        id: 'no-perl',
        severity: 'note',
        what: 'whether the real servers answer was not looked at: there is no perl',
        why: 'a shell cannot try connections from an address of its choice',
        mend: 'apt-get install perl-base',
      }),
    );
  }
  if (
    familiesOf(router).has('ipv6') &&
    router.wire.some(({ address, macs }) => address.includes(':') && macs === null)
  ) {
    findings.push(
      findingOf({
        id: 'no-ping',
        severity: 'warning',
        what: 'it cannot be determined which machine has the IPv6 floating addresses: there is no ping',
        why: '"failover --force" asks with it whether the dead router still answers, and refuses where it cannot',
        mend: 'apt-get install iputils-ping',
      }),
    );
  }
  return findings;
}
