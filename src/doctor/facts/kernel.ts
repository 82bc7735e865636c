import type { Runner } from '../../router/runner.ts';
import type { KernelFacts } from '../model/examination.ts';

/** Words are modules. What modprobe(8) would load it does not. */
const look = [
  'uname -r',
  '[ -e /proc/net/ip_vs ] && echo ipvs || echo none',
  'for name do if [ -d "/sys/module/$name" ]; then echo "$name loaded"; elif ! command -v modprobe >/dev/null; then echo "$name unknown"; elif modprobe -n -q "$name" 2>/dev/null; then echo "$name available"; else echo "$name missing"; fi; done',
].join('; ');

/** Looks at what the kernel has, and what it could load. */
export async function readKernel(runner: Runner, modules: readonly string[]): Promise<KernelFacts> {
  const { stdout } = await runner.run(['sh', '-c', look, 'look', ...modules]);
  const [release = '', ipvs, ...lines] = stdout.trim().split('\n');
  const found = new Map<string, 'loaded' | 'available' | 'missing' | 'unknown'>();
  for (const line of lines) {
    const [name = '', state] = line.split(' ');
    if (state === 'loaded' || state === 'available' || state === 'missing') found.set(name, state);
    else found.set(name, 'unknown');
  }
  return { release, ipvs: ipvs === 'ipvs', modules: found };
}
