import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseConfig } from '../../../src/config/config.ts';
import { LvsError } from '../../../src/model/errors.ts';
import { figureFile } from '../../../src/rehearsal/figure.ts';
import { bootKernel } from '../../../src/rehearsal/kernel/boot.ts';
import { checkRequirements } from '../../../src/rehearsal/kernel/requirements.ts';
import { withScratchDirectory } from '../../../src/rehearsal/kernel/scratch.ts';
import { topologyOf } from '../../../src/rehearsal/topology/topology-of.ts';
import { findTestFiles, noteSeconds, shareOut } from './test-files.ts';
import { countTests, noTests, secondsOf, type TestCounts } from './test-results.ts';

export interface KernelTestOptions {
  /** The package's directory. */
  readonly root: string;
  /** JavaScript files for the inside; see Programs. */
  readonly standIn: string;
  readonly trafficAgent: string;
  /** Parts of the names of the test files to run; none: all. */
  readonly words: readonly string[];
  /** Whether to note how long each file took, for the next time. */
  readonly note: boolean;
}

interface ShareResults extends TestCounts {
  /** How long each test file took. */
  readonly seconds: ReadonlyMap<string, number>;
}

/** As many as pay side by side on two processors: a kernel waits, all in all, for a third of the time. */
const mostKernels = 3;
const timeLimitSeconds = 30 * 60;

/**
 * Runs the kernel tests in kernels side by side, prints what they say, and last `N passed, N failed`.
 * @returns the exit status: 0 when at least one test ran and all passed
 */
export async function runKernelTests(options: KernelTestOptions): Promise<number> {
  await checkRequirements();
  const directory = join(options.root, 'test/kernel');
  const shares = shareOut(await findTestFiles(directory, options.words), mostKernels);
  const interruption = new AbortController();
  const interrupt = () => interruption.abort();
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt);
  const results: ShareResults[] = [];
  const waiting = shares.entries();
  const runShares = async () => {
    for (const [index, share] of waiting) {
      results.push(await runShare(options, share, shares.length > 1 ? `[${index + 1}] ` : '', interruption.signal));
    }
  };
  await Promise.all(Array.from({ length: mostKernels }, runShares));
  const total = results.reduce(
    (sum, each) => ({ passed: sum.passed + each.passed, failed: sum.failed + each.failed }),
    noTests,
  );
  if (options.note)
    await noteSeconds(
      directory,
      results.flatMap(({ seconds }) => [...seconds]),
    );
  process.stdout.write(`${total.passed} passed, ${total.failed} failed\n`);
  return total.failed === 0 && total.passed > 0 ? 0 : 1;
}

/** Runs some test files in one kernel. Files without results count as failed, whatever was the reason. */
async function runShare(
  { root, standIn, trafficAgent }: KernelTestOptions,
  files: readonly string[],
  prefix: string,
  signal: AbortSignal,
): Promise<ShareResults> {
  const print = (line: string) => {
    if (!line.startsWith('JSON report written')) process.stdout.write(`${prefix}${line}\n`);
  };
  const plan = {
    topology: topologyOf(parseConfig(figureFile, 'the figure').cluster),
    programs: { node: process.execPath, lvs: [process.execPath, join(root, 'bin/run.js')], standIn, trafficAgent },
  };
  return withScratchDirectory({ 'plan.json': JSON.stringify(plan) }, async (scratch) => {
    const results = join(scratch, 'results.json');
    const vitest = [
      join(root, 'node_modules/vitest/vitest.mjs'),
      'run',
      '--config',
      'vitest.kernel.config.ts',
      '--configLoader',
      'runner',
    ];
    const reporters = ['--reporter=verbose', '--reporter=json', `--outputFile.json=${results}`];
    const environment = [
      `LVS_KERNEL_PLAN=${join(scratch, 'plan.json')}`,
      process.stdout.isTTY ? 'FORCE_COLOR=1' : 'NO_COLOR=1',
    ];
    try {
      const status = await bootKernel({
        scratch,
        entry: {
          directory: root,
          argv: ['env', ...environment, process.execPath, ...vitest, ...reporters, ...files],
        },
        visible: [root],
        timeLimitSeconds,
        memoryMegabytes: 2048,
        signal,
        onConsoleLine: print,
      });
      const report = await readFile(results, 'utf8').catch(() => '{}');
      const counts = { ...countTests(report, files.length), seconds: secondsOf(report) };
      return status !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
    } catch (error) {
      if (!(error instanceof LvsError)) throw error;
      for (const line of [error.message, ...error.details.map(({ message }) => `    ${message}`)]) print(line);
      return { passed: 0, failed: files.length, seconds: new Map() };
    }
  });
}
