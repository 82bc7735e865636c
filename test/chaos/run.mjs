// npm run test:chaos [-- --seed N --rounds R --kinds …]: changes of a pair of routers under faults at random; see options.ts.
import { bundle } from '../support/bundle.mjs';

const { fileOf, ...place } = await bundle('lvs-chaos', {
  runner: 'test/chaos/runner.ts',
  inside: 'test/chaos/inside.ts',
});
const { runChaos } = await import(fileOf('runner'));
process.exitCode = await runChaos({ ...place, inside: fileOf('inside') }, process.argv.slice(2));
