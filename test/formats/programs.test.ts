import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { writers } from '../../src/formats/formats.ts';
import type { Cluster } from '../../src/model/cluster.ts';
import { arbitraryDeclaredCluster } from './support/arbitrary-declared.ts';
import { read } from './support/read.ts';

/*
 * The programs themselves look at what is written for them, where they are installed. keepalived looks whether devices exist,
 * and can speak there, so all addresses are on one of this machine's.
 */

const folder = mkdtempSync(join(tmpdir(), 'lvs-formats-'));
afterAll(() => rmSync(folder, { recursive: true }));

function isInstalled(program: string): boolean {
  return spawnSync('sh', ['-c', 'command -v "$1"', 'sh', program]).status === 0;
}

function write(text: string): string {
  const file = join(folder, 'exported');
  writeFileSync(file, text);
  return file;
}

const multicast = 0x1000;

/** A device of this machine on which VRRP can be spoken; null: there is none. */
function ownDevice(): string | null {
  const folder = '/sys/class/net';
  const devices = existsSync(folder) ? readdirSync(folder) : [];
  const flagsOf = (device: string) => Number(readFileSync(join(folder, device, 'flags'), 'utf8'));
  return devices.find((device) => device.length < 13 && (flagsOf(device) & multicast) !== 0) ?? null;
}

const device = ownDevice() ?? 'lo';

function here(cluster: Cluster): Cluster {
  return {
    ...cluster,
    public: { device, prefix: 32 },
    private: cluster.private && { ...cluster.private, device, label: `${device}:1` },
    sync: cluster.sync && { ...cluster.sync, device },
    virtualServers: cluster.virtualServers.map((server) => ({ ...server, label: server.label && `${device}:7` })),
  };
}

const figure = read('piranha', readFileSync(new URL('./fixtures/lvs.cf', import.meta.url), 'utf8')).config.cluster;

describe.runIf(isInstalled('keepalived') && device !== 'lo')('keepalived -t', () => {
  function accepts(cluster: Cluster): string {
    const { text } = writers.keepalived(cluster, null);
    const { status, stderr, stdout } = spawnSync('keepalived', ['-t', '-f', write(text)], { encoding: 'utf8' });
    return status === 0 ? '' : `${stderr}${stdout}\n${text}`;
  }

  test('takes the export of a whole cluster', () => {
    expect(accepts(here(figure))).toBe('');
  });

  test('takes the export of any cluster', () => {
    fc.assert(
      fc.property(arbitraryDeclaredCluster, (cluster) => {
        expect(accepts(here(cluster))).toBe('');
      }),
      { numRuns: 25 },
    );
  }, 200_000);

  test('refuses what it does not know', () => {
    const file = write('virtual_server 1.2.3.1 80 {\n    lb_algorithm rr\n}\n');
    expect(spawnSync('keepalived', ['-t', '-f', file]).status).not.toBe(0);
  });
});

describe.runIf(isInstalled('ldirectord'))('ldirectord', () => {
  /** It has no check alone; asked for its status it reads its configuration first. 2: a mistake there. 3: it does not run. */
  function status(text: string): { status: number | null; said: string } {
    const { status, stderr } = spawnSync('ldirectord', [write(text), 'status'], { encoding: 'utf8' });
    return { status, said: stderr };
  }

  test('takes the export of any cluster', () => {
    fc.assert(
      fc.property(arbitraryDeclaredCluster, (cluster) => {
        const { text } = writers.ldirectord(cluster, null);
        expect(status(text), text).toEqual({ status: 3, said: '' });
      }),
      { numRuns: 15 },
    );
  }, 60_000);

  test('refuses what it does not know', () => {
    expect(status('virtual=1.2.3.4:80\n    real=1.2.3.4:80 nat\n').status).toBe(2);
  });
});

test('a shell takes the script of commands', () => {
  const { text } = writers.commands(figure, null);
  execFileSync('sh', ['-n', write(text)]);
  expect(text).toContain('ipvsadm -A -t 1.2.3.1:80 -s wlc -p 300 -M 255.255.255.0\n');
  expect(text).toContain('ip addr add 192.168.1.254/24 dev eth1 label eth1:1\n');
});
