import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildCluster } from '../../../src/rehearsal/cluster/cluster-builder.ts';
import { figureFile } from '../../../src/rehearsal/figure.ts';

/** The program that the bench runs inside the rehearsal kernel. Its one word is the scratch directory. */
const [, , scratch = '.'] = process.argv;
const { plan, measuring } = JSON.parse(readFileSync(join(scratch, 'order.json'), 'utf8'));

const cluster = await buildCluster(plan, figureFile);
const lvs2 = cluster.host('lvs2');
await lvs2.run(['lvs', 'apply', '--yes'], { timeLimitSeconds: 100 });
const { status, stdout, stderr } = await lvs2.run(measuring, { timeLimitSeconds: 500 });
process.stderr.write(stderr);
if (status === 0) writeFileSync(join(scratch, 'result.json'), stdout);
// The routers and stand-ins would keep it waiting.
process.exit(status ?? 1);
