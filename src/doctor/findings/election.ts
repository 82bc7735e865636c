import type { Examination, Examined } from '../model/examination.ts';
import type { Finding } from '../model/finding.ts';
import { floatingOf, holds } from './declared.ts';
import { findingOf } from './setting.ts';

/** How keepalived is, where it moves the addresses, and others where they should not. */
export function electionFindings(router: Examined, examination: Examination): Finding[] {
  return [...rivals(router), ...health(router, examination)];
}

function rivals({ rivals: found, systemd }: Examined): Finding[] {
  return found.map((rival) =>
    findingOf({
      id: 'rival',
      severity: 'problem',
      what: rival.startsWith('/') ? `${rival} is there, and not of lvs` : `${rival} runs`,
      why: 'two masters undo each other: lvs changes nothing beside it',
      mend: rival.startsWith('/')
        ? `lvs import keepalived ${rival} # and then: mv ${rival} ${rival}.before-lvs`
        : systemd
          ? `systemctl disable --now ${rival}`
          : `pkill -TERM -x -u root --ns $$ --nslist net ${rival}`,
    }),
  );
}

function health(router: Examined, examination: Examination): Finding[] {
  const { election, systemd } = router;
  if (election === null) return [];
  const log = systemd ? 'journalctl -u keepalived -n 50' : 'keepalived -t; grep Keepalived /var/log/syslog';
  const problem = (id: string, what: string, why: string, mend: string) =>
    findingOf({ id, severity: 'problem', what, why, mend });
  if (election.conf === 'theirs') {
    const path = '/etc/keepalived/keepalived.conf';
    const mend = `lvs import keepalived ${path} # and then: mv ${path} ${path}.before-lvs`;
    return [problem('keepalived-conf', `${path} was not written by lvs`, 'lvs changes nothing beside it', mend)];
  }
  const edited: Finding[] =
    election.conf === 'edited'
      ? [
          problem(
            'keepalived-conf',
            '/etc/keepalived/keepalived.conf was edited by hand',
            'the routers may not agree on the election, and "lvs apply" refuses',
            'lvs diff # and then: lvs apply --overwrite',
          ),
        ]
      : [];
  return [...edited, ...stateFindings(router, examination, log)];
}

function stateFindings(router: Examined, examination: Examination, log: string): Finding[] {
  const state = router.election?.state;
  const problem = (id: string, what: string, why: string, mend: string) => [
    findingOf({ id, severity: 'problem' as const, what, why, mend }),
  ];
  const held = floatingOf(router).filter(({ address }) => holds(router, address)).length;
  const masters = examination.routers.filter(({ election }) => election?.state === 'MASTER');
  switch (state) {
    case 'not running': {
      const why = 'this router takes no part in the election: it takes nothing over';
      return problem('keepalived-stopped', 'keepalived does not run', why, 'lvs apply');
    }
    case 'FAULT': {
      const why = 'this router takes nothing over: a device is down, or it is held in fault';
      return problem('keepalived-fault', 'keepalived is at FAULT', why, `cat /run/lvs-hold; ${log}`);
    }
    case 'unknown': {
      const why = 'whether it would take over is not known: it is not as lvs set it up, or has no JSON';
      return problem('keepalived-silent', 'keepalived does not say how it is', why, log);
    }
    case 'MASTER': {
      if (masters.length > 1) {
        const why = 'they do not hear each other: each holds all addresses, and connections break';
        const what = `keepalived is MASTER on ${masters.map(({ name }) => name).join(' and ')}`;
        return problem('two-masters', what, why, `tcpdump -ni any ip proto 112 # ${log}`);
      }
      if (held === router.desired.floating.size) return [];
      const what = `keepalived is MASTER, and ${held} of ${router.desired.floating.size} floating addresses are here`;
      return problem('keepalived-lacks', what, 'no router serves the others', 'lvs apply');
    }
    default: {
      if (held === 0) return [];
      const what = `keepalived is ${state}, and ${held} of the floating addresses ${held === 1 ? 'is' : 'are'} here`;
      return problem('keepalived-leftover', what, 'the master holds them, too: clients come to either', 'lvs failover');
    }
  }
}
