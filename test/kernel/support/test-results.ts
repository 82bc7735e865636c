import { basename } from 'node:path';

export interface TestCounts {
  readonly passed: number;
  readonly failed: number;
}

export const noTests: TestCounts = { passed: 0, failed: 0 };

/** The parts that count of what vitest's JSON reporter writes. */
interface Results {
  readonly testResults?: readonly {
    readonly name: string;
    readonly status: string;
    /** Milliseconds since 1970. */
    readonly startTime: number;
    readonly endTime: number;
    readonly assertionResults: readonly { readonly status: string }[];
  }[];
}

/**
 * Counts the tests of vitest's JSON report. A file that failed without a failed test of its own, and a file that was to be run
 * and is not in the report, count as one failure each. So does a test that was skipped: the kernel is there.
 */
export function countTests(report: string, files: number): TestCounts {
  const { testResults = [] } = JSON.parse(report) as Results;
  const statuses = testResults.flatMap(({ assertionResults }) => assertionResults.map(({ status }) => status));
  const passed = statuses.filter((status) => status === 'passed').length;
  const broken = testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && assertionResults.every((each) => each.status === 'passed'),
  ).length;
  return { passed, failed: statuses.length - passed + broken + Math.max(0, files - testResults.length) };
}

/** How long each test file of the report took, from its first test to its last, in seconds. */
export function secondsOf(report: string): Map<string, number> {
  const { testResults = [] } = JSON.parse(report) as Results;
  return new Map(testResults.map(({ name, startTime, endTime }) => [basename(name), (endTime - startTime) / 1000]));
}
