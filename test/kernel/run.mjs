// npm run test:kernel [-- WORDS…]: runs the tests below test/kernel in rehearsal kernels, all but the long ones; WORDS select
// files by their names, long ones too.
import { bundle } from '../support/bundle.mjs';

const { fileOf, ...place } = await bundle('lvs-kernel-tests', { runner: 'test/kernel/support/runner.ts' });
const { runKernelTests } = await import(fileOf('runner'));
process.exitCode = await runKernelTests({ ...place, words: process.argv.slice(2) });
