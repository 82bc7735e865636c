import { describe, expect, it } from 'vitest';
import { parseAddresses } from '../../src/grammar/addresses.ts';
import { readTranscript } from '../grammar/transcript.ts';
import { SimulatedKernel } from './kernel.ts';

/** Replays what was recorded on a real kernel, and compares everything that was printed. */
function replay(transcript: string, kernel: SimulatedKernel, comparable: (stdout: string) => unknown = (text) => text) {
  for (const { argv, stdin, stdout, stderr, status } of readTranscript(transcript)) {
    const execution = kernel.execute(argv, stdin);
    const command = argv.join(' ');
    expect({ command, ...execution, stdout: comparable(execution.stdout) }).toEqual({
      command,
      status,
      stderr,
      stdout: comparable(stdout),
    });
  }
}

const everythingButFo = 'rr wrr lc wlc lblc lblcr dh sh sed nq ovf mh'.split(' ');

describe('the simulated kernel does as a real one did', () => {
  it('with the table of virtual servers, refusals included', () => {
    replay('table', new SimulatedKernel({ schedulers: everythingButFo }));
  });

  it('with timeouts and synchronisation daemons', () => {
    replay('timeouts-and-daemons', new SimulatedKernel());
  });

  it('with kernel settings', () => {
    replay('settings', new SimulatedKernel());
  });

  it('with addresses, their labels and secondaries', () => {
    const loopback = { device: 'lo', label: null };
    const kernel = new SimulatedKernel({
      addresses: [
        { ...loopback, address: '127.0.0.1', prefix: 8 },
        { ...loopback, address: '::1', prefix: 128 },
        { address: 'fe80::ff:fe00:10', prefix: 64, device: 'eth0', label: null },
        { address: 'fe80::ff:fe00:11', prefix: 64, device: 'eth1', label: null },
      ],
    });
    replay('addresses', kernel, (stdout) => (stdout.startsWith('[') ? parseAddresses(stdout).addresses : stdout));
  });
});
