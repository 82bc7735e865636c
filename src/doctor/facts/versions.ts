import type { Runner } from '../../router/runner.ts';
import type { Versions } from '../model/examination.ts';

/** Programs whose version is asked for, with how. ipvsadm would load the module where the kernel has no IPVS yet. */
const questions = [
  { name: 'ipvsadm', argv: ['ipvsadm', '--version'], needsIpvs: true },
  { name: 'ip', argv: ['ip', '-V'], needsIpvs: false },
  { name: 'arping', argv: ['arping', '-V'], needsIpvs: false },
  { name: 'keepalived', argv: ['keepalived', '--version'], needsIpvs: false },
] as const;

/** The first lines of what they say; programs that are not there are left out. */
export async function readVersions(runner: Runner, ipvs: boolean): Promise<Versions> {
  const asked = await Promise.all(
    questions
      .filter(({ needsIpvs }) => ipvs || !needsIpvs)
      .map(async ({ name, argv }) => {
        const { status, stdout, stderr } = await runner.run(argv);
        const [line = ''] = `${stdout}${stderr}`.trim().split('\n');
        return [name, status === 127 ? '' : line] as const;
      }),
  );
  return new Map(asked.filter(([, line]) => line !== ''));
}
