import { connect } from 'node:net';
import type { Suite } from './images.ts';
import { bridges, cardOf, macOf } from './network.ts';

export interface Hardware {
  readonly number: number;
  readonly suite: Suite;
  readonly images: string;
  readonly initrd: string;
  readonly disk: string;
  readonly console: string;
  readonly monitor: string;
}

/** The command line of a machine that is emulated: no KVM is needed. A reboot or a panic boots it again in the same process. */
export function qemuCommand(hardware: Hardware, snapshot: string | null): string[] {
  const { number, suite, images, initrd, disk, console: log, monitor } = hardware;
  const kernel = [
    'console=ttyS0',
    'loglevel=4',
    'net.ifnames=0',
    'systemd.show_status=false',
    'tsc=unstable',
    'mitigations=off',
    'audit=0',
    // What is translated of one process is used again for the next one only at the same addresses: a boot takes half the time.
    'norandmaps',
    // A busy host lets the kernel's look at the timer fail.
    'no_timer_check',
  ];
  return [
    ...['qemu-system-x86_64', '-name', `lvs${number}`, '-accel', 'tcg,tb-size=512', '-cpu', 'Nehalem', '-smp', '1'],
    ...[
      '-m',
      '512',
      '-display',
      'none',
      '-nodefaults',
      '-no-user-config',
      '-machine',
      'q35,usb=off,vmport=off,hpet=off',
    ],
    ...['-kernel', `${images}/${suite}.vmlinuz`, '-initrd', initrd, '-append', kernel.join(' ')],
    ...['-drive', `file=${disk},if=virtio,format=qcow2,cache=writeback`],
    ...['-object', 'rng-random,id=rng0,filename=/dev/urandom', '-device', 'virtio-rng-pci,rng=rng0'],
    ...bridges.flatMap((bridge) => [
      '-netdev',
      `tap,id=${bridge},ifname=${cardOf(number, bridge)},script=no,downscript=no`,
      '-device',
      `virtio-net-pci,netdev=${bridge},mac=${macOf(number, bridge)}`,
    ]),
    ...['-chardev', `file,id=console,path=${log},append=on`, '-serial', 'chardev:console'],
    ...['-monitor', `unix:${monitor},server=on,wait=off`],
    ...(snapshot === null ? [] : ['-loadvm', snapshot]),
  ];
}

const prompt = '(qemu) ';

/** Gives a command to QEMU's monitor and resolves with the answer. */
export function tellMonitor(path: string, command: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    let answer = '';
    let told = false;
    socket.setEncoding('utf8');
    socket.setTimeout(120_000, () => socket.destroy(new Error(`QEMU does not answer to ${command}`)));
    socket.on('data', (chunk: string) => {
      answer += chunk;
      if (!answer.endsWith(prompt)) return;
      if (told) {
        socket.end();
        resolve(answer);
        return;
      }
      answer = '';
      told = true;
      socket.write(`${command}\n`);
    });
    socket.on('error', reject);
    socket.on('end', () => resolve(answer));
  });
}
