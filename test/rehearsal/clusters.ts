import { parseConfig } from '../../src/config/config.ts';
import { figureFile } from '../../src/rehearsal/figure.ts';
import type { Topology } from '../../src/rehearsal/topology/topology.ts';
import { topologyOf } from '../../src/rehearsal/topology/topology-of.ts';

export function topologyOfFile(text: string): Topology {
  return topologyOf(parseConfig(text, 'lvs.yaml').cluster);
}

export function topologyOfFigure(): Topology {
  return topologyOfFile(figureFile);
}
