// npm run test:kernel [-- WORDS…]: runs the tests below test/kernel in rehearsal kernels, all but the long ones; WORDS select
// files by their names, long ones too. With --note how long each file took is kept, by which they are shared out the next time.
import { bundle } from '../support/bundle.mjs';

const { fileOf, ...place } = await bundle('lvs-kernel-tests', { runner: 'test/kernel/support/runner.ts' });
const { runKernelTests } = await import(fileOf('runner'));
const words = process.argv.slice(2);
const note = words.includes('--note');
process.exitCode = await runKernelTests({ ...place, words: words.filter((word) => word !== '--note'), note });
