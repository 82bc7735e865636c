import { beforeAll, describe, expect, test } from 'vitest';
import { makeBigDevice, manyServersFile } from '../support/many-servers.ts';
import { useCluster } from './support/cluster.ts';
import { commandsOf, lvsJson } from './support/lvs.ts';

describe('1,000 virtual servers of 10 real servers', () => {
  const cluster = useCluster();
  const { lvs1 } = cluster;
  const seconds = async (words: string) => {
    const begin = performance.now();
    const result = await lvsJson(lvs1, words);
    expect(result.status).toBeLessThanOrEqual(1);
    return { ...result, seconds: (performance.now() - begin) / 1000 };
  };

  beforeAll(async () => {
    await cluster.reset(manyServersFile({ virtualServers: 1000, realServers: 10 }));
    // Nothing stays of a run before.
    await lvs1.output('rm -rf /etc/systemd/system/*lvs-boot.service /etc/systemd/system/*/lvs-boot.service');
    await lvs1.output(['sysctl -qw net.ipv4.vs.run_estimation=0', ...makeBigDevice].join(' && '));
  });

  test('are applied from empty, and applying again runs nothing', { timeout: 300_000 }, async () => {
    const applied = await seconds('apply');
    // Rules, addresses, and six files for the next boot.
    expect(applied.document.summary).toEqual({ add: 11_016, change: 0, remove: 0 });
    expect((await lvs1.output('ipvsadm -Sn')).split('\n')).toHaveLength(11_001);
    const again = await seconds('apply');
    expect(again.document.changed).toBe(false);
    const reading = performance.now();
    await lvs1.output('ipvsadm -Sn >/dev/null && ipvsadm -Ln --thresholds >/dev/null');
    const toRead = (performance.now() - reading) / 1000;
    // Twice the reading, the start of Node, and the configuration's 1,000 lines.
    expect(again.seconds).toBeLessThan(10 * toRead);
  });

  test('one change among them is one command', { timeout: 120_000 }, async () => {
    const { document } = await seconds('real set s500 192.168.20.1 --weight 5');
    const commands = Object.values(commandsOf(document)).flat();
    expect(commands.filter((command) => !command.startsWith('install '))).toEqual([
      'ipvsadm -e -t 10.0.0.1:1050 -r 192.168.20.1:1050 -m -w 5',
    ]);
  });
});
