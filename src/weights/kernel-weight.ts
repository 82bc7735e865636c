import type { DeclaredVirtualServer } from '../model/cluster.ts';

/** INT_MAX, the kernel's own limit. */
const largest = 2_147_483_647;

/** With `load:` declared, the kernel's weights are the configured ones times 100, so that weight 1 can move both ways. */
export function kernelFactor({ load }: Pick<DeclaredVirtualServer, 'load'>): 1 | 100 {
  return load === null ? 1 : 100;
}

/** The kernel's weight for `load` times what is configured; 0 only where either is 0. */
export function kernelWeight(server: Pick<DeclaredVirtualServer, 'load'>, configured: number, load: number): number {
  if (configured === 0 || load === 0) return 0;
  return Math.min(largest, Math.max(1, Math.round(configured * kernelFactor(server) * load)));
}
