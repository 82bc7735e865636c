import type { RehearsalCluster } from '../../../../src/rehearsal/cluster/rehearsal-cluster.ts';
import { figureFile } from '../../../../src/rehearsal/figure.ts';
import type { SetUp } from '../scenario.ts';
import { typeAt } from '../type-at.ts';

/** The figure, applied, with `engine: manual`. */
export const lvsManual: SetUp = {
  name: 'lvs, engine manual',
  install: async (cluster: RehearsalCluster) => {
    await cluster.reset(figureFile);
    await typeAt(cluster, 'lvs1', 'lvs apply --yes');
  },
};

/** The figure, applied, with `engine: keepalived`. */
export const lvsKeepalived: SetUp = {
  name: 'lvs, engine keepalived',
  install: async (cluster: RehearsalCluster) => {
    await cluster.reset(`${figureFile}failover: { engine: keepalived, advert-interval: 0.1 }\n`);
    await typeAt(cluster, 'lvs1', 'lvs apply --yes');
  },
};
