import type { Host } from '../../../src/rehearsal/cluster/host.ts';
import { lineFrom, type Running, runWell } from '../../../src/rehearsal/cluster/process.ts';

/** A real server with one processor, whose work takes as long as it takes; see start(). */
export interface BusyServer {
  /** Milliseconds that one request takes from now on: the mean, for some take long. */
  takes(milliseconds: number): void;
  stop(): void;
}

/**
 * Serves requests one after the other, and keeps a one-minute load average as the kernel would if each that waits or is served
 * were a process.
 */
const program = `
const { createServer } = require('node:http');
const { createInterface } = require('node:readline');
const { writeFileSync } = require('node:fs');
const [, address, name, file] = process.argv;
let takes = 10, load = 0;
const queue = [];
const serve = () => {
  const response = queue[0];
  if (response === undefined) return;
  setTimeout(() => { queue.shift(); response.end(name + ' ' + address + ':8080\\n'); serve(); }, -Math.log(1 - Math.random()) * takes);
};
createServer((request, response) => {
  response.setHeader('connection', 'close');
  queue.push(response);
  if (queue.length === 1) serve();
}).listen(8080, address, () => console.log('ready'));
// Sampled more often than shown, for one sample of a queue says little.
let samples = 0, sum = 0;
setInterval(() => { sum += queue.length; samples += 1; }, 50);
setInterval(() => {
  load += (sum / Math.max(1, samples) - load) * (1 - Math.exp(-5 / 60));
  samples = sum = 0;
  writeFileSync(file, load.toFixed(2) + ' 0.00 0.00 1/1 1\\n');
}, 5000);
writeFileSync(file, '0.00 0.00 0.00 1/1 1\\n');
createInterface({ input: process.stdin }).on('line', (line) => { takes = Number(line); });
`;

/** Starts it, with an sshd whose logins see its load average. `router` gets to know it, and may log in as root. */
export async function startBusyServer(host: Host, address: string, routers: readonly Host[]): Promise<BusyServer> {
  const place = `/run/busy-${host.name}`;
  await runWell(['mkdir', '-p', place, '/run/sshd']);
  const words = ['node', '-e', program, address, host.name, `${place}/loadavg`];
  const running = await host.start(words, { timeLimitSeconds: 1800 });
  await lineFrom(running, 'ready', 60);
  const sshd = await startSshd(host, place, address, routers);
  return {
    takes: (milliseconds) => void running.stdin.write(`${milliseconds}\n`),
    stop: () => {
      running.kill();
      sshd.kill();
    },
  };
}

async function startSshd(host: Host, place: string, address: string, routers: readonly Host[]): Promise<Running> {
  const key = `${place}/host-key`;
  await runWell(['rm', '-f', key, `${key}.pub`]);
  await runWell(['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-f', key]);
  const { stdout: known } = await runWell(['cat', `${key}.pub`]);
  for (const router of routers) {
    const { stdout } = await router.run(['sh', '-c', 'ssh-keygen -y -f ~root/.ssh/id_ed25519']);
    await runWell(['tee', '-a', `${place}/authorized`], { input: stdout });
    await router.run(['tee', '-a', '/etc/ssh/ssh_known_hosts'], { input: `${address} ${known}` });
  }
  const options = [`HostKey=${key}`, `AuthorizedKeysFile=${place}/authorized`, `ListenAddress=${address}`];
  const others = ['UsePAM=no', 'StrictModes=no', 'PidFile=none', 'PermitRootLogin=prohibit-password'];
  const sshd = ['/usr/sbin/sshd', '-D', '-f', '/dev/null', ...[...options, ...others].flatMap((each) => ['-o', each])];
  const script = 'mount --bind "$1" /proc/loadavg; shift; exec "$@"';
  return host.start(['unshare', '--mount', 'sh', '-c', script, 'sshd', `${place}/loadavg`, ...sshd], {
    timeLimitSeconds: 1800,
  });
}
