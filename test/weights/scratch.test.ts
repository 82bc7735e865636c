import { test } from 'vitest';
import { imbalance, proportional, queueing, random, settledAt, simulate } from './support/simulation.ts';

test('x', () => {
  for (const plant of [proportional, queueing])
    for (const rho of [0.2, 0.5, 0.8, 0.9, 1.5, 4])
      for (const averaged of [false, true]) {
        if (plant === queueing && rho > 0.95) continue;
        const t = simulate({ capacities: [1, 2, 4], work: 7 * rho, ticks: 600, plant, averaged });
        console.log(
          plant === queueing ? 'queue' : 'prop',
          rho,
          averaged ? 'avg' : 'now',
          'utils',
          settledAt(t, ({ utilisations }) => imbalance(utilisations) <= 0.1),
          'readings',
          settledAt(t, ({ readings }) => imbalance(readings) <= 0.1),
          'changes',
          t.reduce((a, b) => a + b.changed, 0),
          'final',
          imbalance(t.at(-1)!.utilisations).toFixed(3),
          t.at(-1)!.weights.join(' '),
          'max swing',
          Math.max(...t.map((x) => x.weights[2]!)),
        );
      }
  for (const plant of [proportional, queueing])
    for (const averaged of [false, true]) {
      const r = random(7);
      const t = simulate({
        capacities: [1, 2, 4],
        work: 4.2,
        ticks: 5000,
        plant,
        averaged,
        noise: () => 0.8 + 0.4 * r(),
      }).slice(200);
      for (const i of [0, 1, 2]) {
        const w = t.map((x) => x.weights[i]!);
        const m = w.reduce((a, b) => a + b) / w.length;
        const sd = Math.sqrt(w.reduce((a, b) => a + (b - m) ** 2, 0) / w.length);
        console.log(
          'noise',
          plant === queueing ? 'queue' : 'prop',
          averaged,
          i,
          'mean',
          m.toFixed(1),
          'sd',
          ((sd / m) * 100).toFixed(2) + '%',
          'pp',
          (((Math.max(...w) - Math.min(...w)) / m) * 100).toFixed(1) + '%',
          'imb<.1',
          (t.filter((x) => imbalance(x.utilisations) <= 0.1).length / t.length).toFixed(2),
          'changes/tick',
          (t.reduce((a, b) => a + b.changed, 0) / t.length).toFixed(3),
        );
      }
    }
});
