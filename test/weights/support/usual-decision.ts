import type { Decision } from '../../../src/weights/decisions.ts';

/** Of a real server of weight 2 that serves as configured. */
export const usualDecision: Decision = {
  configured: 2,
  weight: 2,
  present: true,
  health: 'up',
  agent: null,
  load: 1,
  ramp: null,
  since: '2026-01-02T03:04:05.000Z',
  reason: 'check passed',
};
