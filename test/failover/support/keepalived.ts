import type { Cluster } from '../../../src/model/cluster.ts';
import { desiredOn } from '../../../src/plan/desired.ts';
import { keepalivedConf } from '../../../src/plan/election/keepalived-conf.ts';
import { electionPlaces } from '../../../src/plan/election/places.ts';
import { chooseLabels } from '../../../src/plan/labels.ts';
import type { SimulatedPair } from '../../converge/support/simulated-pair.ts';
import type { SimulatedRouter } from '../../converge/support/simulated-router.ts';
import { type Execution, printed, refused, succeeded } from '../../simulated/execution.ts';

type State = 'BACKUP' | 'MASTER' | 'FAULT';

/** keepalived on one router, as far as a failover has to do with it. */
export interface SimulatedKeepalived {
  readonly router: SimulatedRouter;
  conf: string;
  state: State;
  runs: boolean;
  hold: string;
}

/**
 * keepalived on both routers; lvs1 is master. A router that is put at fault removes what its configuration says, and whoever
 * is a backup and hears no master is the next. An address that somebody deletes on a master is in `deletedOnMaster`.
 */
export function withKeepalived(pair: SimulatedPair, cluster: Cluster) {
  const both = pair.routers.map((router): SimulatedKeepalived => {
    const declared = cluster.routers.find(({ name }) => name === router.name) ?? null;
    const desired = desiredOn(cluster, declared);
    const labels = chooseLabels([], desired, new Map());
    const conf = keepalivedConf(cluster, declared, { ...desired, labels }) ?? '';
    return { router, conf, state: router === pair.lvs1 ? 'MASTER' : 'BACKUP', runs: true, hold: '0' };
  });
  const deletedOnMaster: string[] = [];
  const elect = () => {
    if (both.some(({ runs, state }) => runs && state === 'MASTER')) return;
    const next = both.find(({ runs, state }) => runs && state === 'BACKUP');
    if (next === undefined) return;
    next.state = 'MASTER';
    for (const line of addressLines(next)) next.router.kernel.execute(['ip', 'addr', 'add', ...line.split(' ')]);
  };
  const setHold = (keepalived: SimulatedKeepalived, hold: string) => {
    keepalived.hold = hold;
    if (!keepalived.runs) return;
    if (hold !== '0') {
      const wasMaster = keepalived.state === 'MASTER';
      keepalived.state = 'FAULT';
      for (const line of wasMaster ? addressLines(keepalived) : []) {
        keepalived.router.kernel.execute(['ip', 'addr', 'del', ...line.split(' ').slice(0, 3)]);
      }
    } else if (keepalived.state === 'FAULT') {
      keepalived.state = 'BACKUP';
    }
  };
  for (const keepalived of both) {
    const { kernel } = keepalived.router;
    const execute = kernel.execute.bind(kernel);
    const note = (line: string) => {
      const [, address = '', , device] = /^ip addr del ([^/]+)(\/\d+) dev (\S+)/.exec(line) ?? [];
      const isOurs = addressLines(keepalived).some(
        (own) => own.startsWith(`${address}/`) && own.includes(`dev ${device}`),
      );
      if (keepalived.runs && keepalived.state === 'MASTER' && isOurs) deletedOnMaster.push(line);
    };
    const letGo = (): Execution => {
      setHold(keepalived, '1');
      return succeeded;
    };
    const atOnce = (stdin: string): Execution => {
      for (const line of stdin.trim().split('\n')) {
        if (line.startsWith('let-go ')) letGo();
        else kernel.execute(line.split(' '));
      }
      return succeeded;
    };
    kernel.execute = (argv, stdin = '') => {
      const [program, option, script = '', ...words] = argv;
      if (program === 'cat' && argv[2] === electionPlaces.config) return printed(keepalived.conf);
      if (program === 'sh' && option === '-c') {
        if (words[0] === 'let-go') return letGo();
        if (words[0] === 'release') {
          setHold(keepalived, '0');
          return succeeded;
        }
        if (words[0] === 'until-master') {
          elect();
          return keepalived.state === 'MASTER'
            ? succeeded
            : refused(1, 'keepalived does not become MASTER: see its log');
        }
        if (words[0] === 'at-once') return atOnce(stdin);
        if (script.includes('keepalived.json')) {
          elect();
          return printed(said(keepalived));
        }
      }
      if (program === 'setsid') return succeeded;
      if (program === 'ip' && option === '-batch') for (const line of stdin.split('\n')) note(`ip ${line}`);
      if (program === 'ip') note(argv.join(' '));
      return execute(argv, stdin);
    };
  }
  const [lvs1, lvs2] = both as [SimulatedKeepalived, SimulatedKeepalived];
  return { lvs1, lvs2, deletedOnMaster };
}

/** What stands in its configuration, as ip(8) takes it. */
function addressLines({ conf }: SimulatedKeepalived): string[] {
  return [...conf.matchAll(/^ {8}(\S+\/\d+ dev \S+.*)$/gm)].map(([, line = '']) => line);
}

function said({ runs, state }: SimulatedKeepalived): string {
  if (!runs) return 'not running\n';
  return JSON.stringify([{ data: { iname: 'lvs', state: { BACKUP: 1, MASTER: 2, FAULT: 3 }[state] } }]);
}
