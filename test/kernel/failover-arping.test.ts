import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { useCluster } from './support/cluster.ts';
import { aliases } from './support/lvs.ts';
import { hardwareAddress, knownAddress } from './support/neighbours.ts';
import { replaceProgram } from './support/stand-in-program.ts';

const unpacked = join(import.meta.dirname, '../../node_modules/.cache/habets-arping');

/** Thomas Habets's arping, or where it could not be had the other one under its options. What is asked of it is written down. */
async function habetsArping(): Promise<string> {
  const isThere = await access(join(unpacked, 'usr/sbin/arping')).then(
    () => true,
    () => false,
  );
  const version = '[ "$1" = -V ] && { echo "ARPing 2.23, by Thomas Habets" >&2; exit 1; }';
  const log = `[ "$1" = -V ] || printf '%s\\n' "$*" >>/run/arping.log`;
  if (isThere) {
    const libraries = join(unpacked, 'usr/lib');
    return [
      log,
      `LD_LIBRARY_PATH=$(echo ${libraries}/*-linux-gnu)`,
      'export LD_LIBRARY_PATH',
      `exec ${join(unpacked, 'usr/sbin/arping')} "$@"\n`,
    ].join('\n');
  }
  const announce = '"$real" -q -U -c "$4" -I "$6" "$9"; exit 1';
  const probe = '"$real" -D -q -c 2 -w 2 -I "$7" "$8"; [ $? -eq 1 ]';
  return [version, log, `case $1 in -q) ${announce};; -0) ${probe};; esac\n`].join('\n');
}

describe("routers with Thomas Habets's arping", () => {
  const cluster = useCluster();
  const { client, lvs1, lvs2, rs1 } = cluster;

  beforeAll(async () => {
    await cluster.reset();
    const script = await habetsArping();
    for (const router of [lvs1, lvs2]) await replaceProgram(router, 'arping', script);
    await lvs1.output('lvs apply --yes');
  });

  test('a switch is announced to clients and to real servers, which learn of it without asking', async () => {
    expect((await client.requests(3)).answered).toBe(3);
    expect(await knownAddress(client, '1.2.3.1')).toBe(await hardwareAddress(lvs1, 'eth0'));
    await lvs1.output('lvs failover --yes');
    expect(await knownAddress(client, '1.2.3.1')).toBe(await hardwareAddress(lvs2, 'eth0'));
    expect(await knownAddress(rs1, '192.168.1.254')).toBe(await hardwareAddress(lvs2, 'eth1'));
    const asked = (await lvs2.read('/run/arping.log')).trim().split('\n');
    expect(asked).toContain('-q -U -c 1 -i eth0 -S 1.2.3.1 1.2.3.1');
    expect(asked).toContain('-q -U -c 1 -i eth1 -S 192.168.1.254 192.168.1.254');
    expect((await client.requests(10)).answered).toBe(10);
  });

  test('who still holds an address is found, and who does not is not', async () => {
    await cluster.stopSshd('lvs2');
    const held = await lvs1.run('lvs failover --yes --force --to lvs1');
    expect({ status: held.status, stderr: held.stderr }).toMatchObject({
      status: 4,
      stderr: expect.stringContaining('another machine still answers for 1.2.3.1 on eth0 and 192.168.1.254 on eth1'),
    });
    expect(await lvs1.read('/run/arping.log')).toContain('-0 -q -c 2 -C 1 -i eth0 1.2.3.1\n');
    await cluster.killRouter('lvs2');
    const { status, stderr } = await lvs1.run('lvs failover --yes --force --to lvs1');
    expect({ status, stderr }).toMatchObject({ status: 0 });
    expect(await aliases(lvs1)).toHaveLength(2);
    expect((await client.requests(10)).answered).toBe(10);
  });
});
