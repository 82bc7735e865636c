import type { Experiment } from '../lab/experiment.ts';
import { busy } from './busy.ts';
import { cuts } from './cuts/cuts.ts';
import { firewalls } from './firewalls.ts';
import { gone } from './gone.ts';
import { leases } from './leases.ts';
import { networkManagers } from './managers.ts';
import { names } from './names.ts';
import { service } from './service.ts';

/** In the order of importance. */
export const experiments: readonly Experiment[] = [
  cuts,
  gone,
  leases,
  service,
  networkManagers,
  firewalls,
  names,
  busy,
];
