import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { installedConfig } from '../../src/converge/installed-copies.ts';
import type { Run } from '../../src/converge/run.ts';
import { clusterOf, figure, SimulatedPair } from './support/simulated-pair.ts';

beforeEach(() => void vi.stubEnv('LVS_ROUTER', 'lvs1'));
afterEach(() => void vi.unstubAllEnvs());

const withShop = `${figure}  shop: { address: "tcp://1.2.3.2:80", real-servers: [192.168.1.4] }\n`;

/** Of the installed configuration itself, on the router where it is; each question is an error. */
function run(text: string): Partial<Run> {
  const ask = async (question: string) => {
    throw new Error(question);
  };
  const keeping = {
    file: installedConfig,
    before: text,
    text,
    by: 'installed by ann, from lvs1, now',
    overwrite: false,
  };
  return { cluster: clusterOf(text), on: 'lvs1', keeping, ask: { answered: false, ask } };
}

it('an installed lvs.yaml that another one replaced in its place is known by the rules that were saved for boot', async () => {
  const pair = new SimulatedPair();
  await pair.apply(run(withShop));
  pair.lvs1.kernel.files.write(installedConfig, figure);
  pair.forget();
  await expect(pair.apply(run(figure))).rejects.toThrow(/of lvs1, which declares more: tcp:\/\/1\.2\.3\.2:80/);
  expect(pair.log).toEqual([]);
});
