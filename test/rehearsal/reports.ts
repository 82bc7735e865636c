import type {
  CommandReport,
  FailoverReport,
  RehearsalReport,
  VirtualServerReport,
} from '../../src/rehearsal/report.ts';
import type { TrafficSummary } from '../../src/rehearsal/traffic/summary.ts';

/** Reports as a rehearsal of the figure gives them. */

export const quiet: TrafficSummary = {
  phase: 'baseline',
  duration: 3000,
  answered: 290,
  failed: {},
  delayed: 0,
  median: 6,
  percentile99: 30,
  slowest: 41,
  outage: 60,
  shares: {},
  streams: { open: 20, broken: 0, longestGap: 120 },
  lost: {},
};
export const web: VirtualServerReport = {
  name: 'web',
  virtualServer: 'tcp://1.2.3.1:80',
  scheduler: 'wrr',
  persistent: false,
  forwards: ['masq'],
  tried: ['tcp 1.2.3.1 80'],
  notes: [],
  notTried: null,
  requests: 300,
  answered: 300,
  failed: {},
  realServers: [
    { key: '192.168.1.2:80', weight: 2, answered: 200 },
    { key: '192.168.1.3:80', weight: 1, answered: 100 },
  ],
  callers: [],
};
export const there: FailoverReport = {
  from: 'lvs1',
  to: 'lvs2',
  holders: ['lvs2'],
  underTraffic: ['web'],
  lost: [],
  silent: [],
  persistence: [],
  traffic: quiet,
};
export const back: FailoverReport = {
  ...there,
  from: 'lvs2',
  to: 'lvs1',
  holders: ['lvs1'],
  traffic: { ...quiet, delayed: 2 },
};
export const applied: CommandReport = {
  router: 'lvs1',
  command: 'lvs apply --yes',
  status: 0,
  milliseconds: 1500,
  output: 'done\n',
};
export const good: RehearsalReport = {
  version: 1,
  passed: true,
  problems: [],
  hosts: { client: 'client', routers: ['lvs1', 'lvs2'], realServers: ['rs1', 'rs2'] },
  synchronised: true,
  commands: [applied],
  setUp: [],
  virtualServers: [web, { ...web, name: 'tel', virtualServer: 'sctp://1.2.3.1:2905', notTried: 'SCTP', requests: 0 }],
  failovers: [there, back],
  baseline: quiet,
};
