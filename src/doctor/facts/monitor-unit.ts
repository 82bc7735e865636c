import type { Runner } from '../../router/runner.ts';
import type { MonitorUnit } from '../model/examination.ts';

const properties = 'LoadState,FragmentPath,CapabilityBoundingSet,SystemCallFilter';

/** The rights that systemd gives to the monitor; null: there is no such unit. */
export async function readMonitorUnit(runner: Runner): Promise<MonitorUnit | null> {
  const { stdout } = await runner.run(['systemctl', 'show', 'lvs-monitor.service', '-p', properties]);
  const values = new Map(
    stdout.split('\n').flatMap((line) => {
      const [, name, value = ''] = /^(\w+)=(.*)$/.exec(line) ?? [];
      return name === undefined ? [] : [[name, value] as const];
    }),
  );
  if (values.get('LoadState') !== 'loaded') return null;
  const words = (name: string) => (values.get(name) ?? '').split(' ').filter((word) => word !== '');
  return {
    path: values.get('FragmentPath') ?? '',
    capabilities: words('CapabilityBoundingSet'),
    calls: words('SystemCallFilter'),
  };
}
