import { shellWords } from '../../grammar/shell.ts';
import type { Examination, Examined } from '../model/examination.ts';
import type { Finding } from '../model/finding.ts';
import { enabledServers } from './declared.ts';
import { settingFinding, settingOf } from './setting.ts';

const prefix = 'net.ipv4.vs.';

/** Settings of IPVS that bite: those that lvs.yaml declares and that differ, and some of which it says nothing. */
export function ipvsSettingFindings(router: Examined, examination: Examination): Finding[] {
  const { desired, kernel } = router;
  if (!kernel.ipvs) return [];
  return [...differing(router), ...undeclared(examination).flatMap((each) => found(router, each, desired.settings))];
}

function differing(router: Examined): Finding[] {
  return [...router.desired.settings].flatMap(([name, value]) => {
    const live = settingOf(router, name);
    if (live === null || live === value) return [];
    const argv = ['sysctl', '-w', `${name}=${value}`];
    return [
      {
        id: 'setting-differs',
        severity: 'warning' as const,
        what: `${name} is ${live}, and not ${value} as lvs.yaml asks`,
        why: reasons[name.slice(prefix.length)] ?? 'the router does not behave as declared',
        mend: shellWords(argv),
        // What lvs.yaml declares is kept for the next boot by "lvs apply".
        fix: { steps: [{ argv, undo: ['sysctl', '-w', `${name}=${live}`] }], settings: [], modules: [] },
      },
    ];
  });
}

const reasons: Readonly<Record<string, string>> = {
  sync_threshold: 'connections are told to the other router late or never, and break at a failover',
  sync_refresh_period: 'the other router is told of every packet, or of none for long',
  expire_nodest_conn: 'connections of a real server that was removed hang, or end, other than declared',
  expire_quiescent_template: 'persistent clients stay with a drained real server, or leave it, other than declared',
};

interface Bite {
  readonly name: string;
  /** With which value it bites. */
  readonly bad: string;
  readonly good: string;
  readonly id: string;
  readonly severity: Finding['severity'];
  readonly why: string;
}

function undeclared(examination: Examination): Bite[] {
  const servers = enabledServers(examination);
  const persistent = servers.filter(({ persistent: seconds }) => seconds !== null).map(({ name }) => name);
  const removing = servers.filter(({ check, onFailure }) => check !== null && onFailure === 'remove');
  return [
    {
      name: 'expire_nodest_conn',
      bad: '0',
      good: '1',
      id: 'expire-nodest-conn',
      severity: removing.length > 0 ? 'warning' : 'note',
      why: 'connections of a real server that is removed hang until they time out, instead of ending at once',
    },
    ...(persistent.length === 0
      ? []
      : [
          {
            name: 'expire_quiescent_template',
            bad: '0',
            good: '1',
            id: 'expire-quiescent-template',
            severity: 'warning' as const,
            why: `persistent clients of ${persistent.join(', ')} keep coming to a real server that is drained or down`,
          },
        ]),
    {
      name: 'conn_reuse_mode',
      bad: '0',
      good: '1',
      id: 'conn-reuse-mode',
      severity: 'warning',
      why: 'a new connection from a port that was used before goes to the same real server, drained or not',
    },
    {
      name: 'sloppy_tcp',
      bad: '1',
      good: '0',
      id: 'sloppy-tcp',
      severity: 'warning',
      why: 'packets of connections that this router does not know count as new ones, and are sent to any real server',
    },
  ];
}

/** What is declared is meant so. */
function found(router: Examined, bite: Bite, declared: ReadonlyMap<string, string>): Finding[] {
  const name = `${prefix}${bite.name}`;
  if (declared.has(name) || settingOf(router, name) !== bite.bad) return [];
  const { id, severity, why } = bite;
  return [settingFinding(router, [[name, bite.good]], { id, severity, what: `${name} is ${bite.bad}`, why })];
}
