import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');

/** Prints every datagram that comes to a socket; Node has none of that kind. */
const listener = `
use IO::Socket::UNIX; $| = 1;
my $socket = IO::Socket::UNIX->new(Type => SOCK_DGRAM, Local => $ARGV[0]) or die;
print "ready\\n";
while (defined $socket->recv(my $text, 4096)) { print "$text\\n" }
`;

let place: string;
let server: Server;
const children: ChildProcess[] = [];

beforeEach(async () => {
  place = mkdtempSync(join(tmpdir(), 'lvs-monitor-'));
  // What checks it hangs up with a reset.
  server = createServer((socket) => void socket.on('error', () => {}).end());
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
});

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  server.close();
  rmSync(place, { recursive: true });
});

function start(argv: readonly string[], environment: Record<string, string> = {}) {
  const [program = '', ...words] = argv;
  const child = spawn(program, words, { env: { PATH: process.env.PATH, ...environment }, stdio: 'pipe' });
  children.push(child);
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      said += chunk;
    });
  }
  const ended = new Promise<number | null>((resolve) => void child.once('close', resolve));
  const says = async (text: string) => {
    for (let left = 200; !said.includes(text); left -= 1) {
      if (left === 0) throw new Error(`it never said "${text}", but: ${said}`);
      await pause(50);
    }
  };
  return { child, ended, says, said: () => said };
}

function configuration(port: number): string {
  const file = join(place, 'lvs.yaml');
  const text = `public: { device: eth0 }
virtual-servers:
  web:
    address: tcp://192.0.2.1:80
    forward: masq
    check: { tcp: true, interval: 1s, timeout: 500ms, fall: 2 }
    real-servers: [127.0.0.1:${port}]
`;
  writeFileSync(file, text, { mode: 0o644 });
  return file;
}

test('systemd is told that it is ready, how it is, that it lives, and that it ends', async () => {
  const { port } = server.address() as { port: number };
  const file = configuration(port);
  const socket = join(place, 'notify');
  const systemd = start(['perl', '-e', listener, socket]);
  await systemd.says('ready');
  const environment = { NOTIFY_SOCKET: socket, WATCHDOG_USEC: '1000000' };
  const monitor = start([process.execPath, join(root, 'bin/run.js'), 'monitor', '-n', '-c', file], environment);
  await systemd.says('READY=1');
  await systemd.says('STATUS=1 real server in 1 virtual server');
  await systemd.says('WATCHDOG=1');
  await monitor.says('weight 1: check passed');
  monitor.child.kill('SIGTERM');
  expect(await monitor.ended).toBe(0);
  await systemd.says('STOPPING=1');
  expect(monitor.said()).toContain('ended: the weights stay as they are');
});

test.each([
  ['--metrics nowhere', 2, '"nowhere" is no address and port'],
  ['--metrics 1.2.3.4:70000', 2, 'is no address and port'],
  ['-c -', 2, 'stdin is not'],
])('%s is refused', async (words, status, message) => {
  const argv = [process.execPath, join(root, 'bin/run.js'), 'monitor', '-n', ...words.split(' ')];
  const refused = start(argv, { LVS_CONFIG: configuration(1) });
  expect(await refused.ended).toBe(status);
  expect(refused.said()).toContain(message);
});

test('where its metrics have no place it ends, and says so', async () => {
  const { port } = server.address() as { port: number };
  const argv = [process.execPath, join(root, 'bin/run.js'), 'monitor', '-n', '--metrics', `127.0.0.1:${port}`];
  const refused = start(argv, { LVS_CONFIG: configuration(port) });
  expect(await refused.ended).toBe(4);
  expect(refused.said()).toContain(`127.0.0.1 port ${port} cannot be used`);
});

test('its unit is one that systemd understands', async () => {
  const lvs = join(root, 'bin/run.js');
  const exported = start([process.execPath, lvs, 'export', 'systemd']);
  expect(await exported.ended).toBe(0);
  const unit = join(place, 'lvs-monitor.service');
  writeFileSync(unit, exported.said());
  expect(exported.said()).toContain(`ExecStart=${lvs} monitor`);
  const verified = start(['systemd-analyze', 'verify', '--man=no', '--recursive-errors=no', unit]);
  expect({ status: await verified.ended, said: verified.said() }).toEqual({ status: 0, said: '' });
});
