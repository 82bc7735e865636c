import { expect, test } from 'vitest';
import { parseConfig } from '../../src/config/config.ts';
import { parseSavedRules } from '../../src/grammar/saved-rules.ts';
import { desiredOn } from '../../src/plan/desired.ts';
import { planRouter, type RouterFacts } from '../../src/plan/router-plan.ts';
import { everything } from '../../src/plan/scope.ts';
import { effort } from '../support/effort.ts';

/** Virtual servers with ten real servers each, every one at an address of its own. */
function factsOf(virtualServers: number): RouterFacts {
  const servers = Array.from({ length: virtualServers }, (_, index) => {
    const reals = Array.from({ length: 10 }, (__, real) => `172.16.${index & 255}.${real + 1}:${8000 + (index >> 8)}`);
    return `  s${index}: { address: tcp://10.0.${index >> 8}.${index & 255}:80, real-servers: [${reals.join(', ')}] }\n`;
  });
  const { cluster } = parseConfig(`public: { device: eth0 }\nvirtual-servers:\n${servers.join('')}`, 'lvs.yaml');
  return {
    name: 'lvs1',
    role: 'active',
    live: {
      virtualServers: new Map(),
      addresses: [],
      settings: new Map(),
      timeouts: null,
      syncDaemons: [],
      files: new Map(),
    },
    desired: desiredOn(cluster, null),
    tools: { arping: 'iputils', withoutArp: new Set() },
    protected: new Set(),
  };
}

const request = { scope: everything, addresses: 'enable', prune: false } as const;

/** Milliseconds of processor time, the best of three: planning from nothing, and planning again once that is there. */
function time(facts: RouterFacts): number {
  const plans = () => {
    const plan = planRouter(facts, request);
    const rules = plan.changes
      .flatMap(({ commands }) => commands.map(({ argv }) => argv))
      .filter(([name]) => name === 'ipvsadm');
    const virtualServers = parseSavedRules(rules.map((argv) => `${argv.slice(1).join(' ')}\n`).join(''));
    const live = { ...facts.live, virtualServers, addresses: plan.target.addresses };
    expect(planRouter({ ...facts, live }, request).changes).toEqual([]);
  };
  return Math.min(effort(plans), effort(plans), effort(plans));
}

test('four times the virtual servers take about four times as long, not sixteen times', () => {
  const [small, large] = [factsOf(500), factsOf(2000)];
  time(small);
  expect(time(large)).toBeLessThan(10 * time(small));
});
