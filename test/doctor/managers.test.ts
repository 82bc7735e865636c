import { describe, expect, test } from 'vitest';
import { findManagedDevices } from '../../src/failover/managers.ts';
import type { ManagedDevice } from '../../src/model/managed-device.ts';
import { examined, figure, figureWith, foundOn } from './support/examined.ts';

/** What is found where grep(1) prints this: of the managers' files, then of the files of networkd that keep addresses. */
function managedWith(printed: string, keeping = ''): Promise<ManagedDevice[]> {
  const { name, desired, devices } = examined('lvs1', figure);
  const run = async (argv: readonly string[]) => ({
    status: 0,
    stdout: argv[1] === '-rlsiE' ? keeping : printed,
    stderr: '',
  });
  return findManagedDevices({ name, desired, devices, runner: { run } as never });
}

const networkd = (index: number) =>
  `/run/systemd/netif/links/${index}:ADMIN_STATE=configured\n/run/systemd/netif/links/${index}:NETWORK_FILE=/run/systemd/network/10-public.network\n`;

describe('who manages the devices of floating addresses', () => {
  test('is told by their own files', async () => {
    expect(await managedWith('')).toEqual([]);
    expect(await managedWith(networkd(2))).toEqual([
      { device: 'eth0', manager: 'systemd-networkd', file: '/run/systemd/network/10-public.network', keeps: false },
    ]);
    expect(await managedWith('/run/systemd/netif/links/2:ADMIN_STATE=unmanaged\n')).toEqual([]);
    expect(await managedWith('/run/NetworkManager/devices/3:managed=true\n')).toMatchObject([
      { device: 'eth1', manager: 'NetworkManager' },
    ]);
    const ifstate = '/run/network/ifstate:lo=lo\n/run/network/ifstate:eth0=eth0\n';
    expect(await managedWith(ifstate)).toMatchObject([{ device: 'eth0', manager: 'ifupdown', keeps: false }]);
  });

  test('networkd may be set up to keep addresses of others', async () => {
    expect(await managedWith(networkd(2), '/etc/systemd/network/10-public.network.d/10-lvs.conf\n')).toMatchObject([
      { device: 'eth0', keeps: true },
    ]);
  });
});

describe('what is said of it', () => {
  const elected = figureWith(['virtual-servers:', 'failover: { engine: keepalived }\nvirtual-servers:']);
  const eth0 = { device: 'eth0', file: null, keeps: false } as const;

  test('without keepalived the addresses are gone for good', () => {
    const managed = [{ ...eth0, manager: 'ifupdown' }] as const;
    expect(foundOn({ managed })).toMatchObject([
      {
        severity: 'warning',
        why: expect.stringContaining('nothing enables them again'),
        mend: expect.stringMatching(/^lvs apply/),
      },
    ]);
    expect(foundOn({ managed }, elected)).toMatchObject([{ id: 'managed-device', severity: 'note' }]);
  });

  test('networkd is told to keep them by a drop-in, as Debian 12 has no "networkctl edit"', () => {
    const managed = [{ ...eth0, manager: 'systemd-networkd', file: '/run/systemd/network/10-public.network' }] as const;
    expect(foundOn({ managed })).toMatchObject([
      {
        mend: "mkdir -p /etc/systemd/network/10-public.network.d && printf '[Network]\\nKeepConfiguration=static\\n' >/etc/systemd/network/10-public.network.d/10-lvs.conf && networkctl reload",
      },
    ]);
    expect(foundOn({ managed: [{ ...managed[0], keeps: true }] })).toEqual([]);
  });
});
