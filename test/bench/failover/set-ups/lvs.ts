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
