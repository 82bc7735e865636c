import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { stripVTControlCharacters } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RehearsalReport } from '../../src/rehearsal/report.ts';
import { Sandbox } from './sandbox.ts';

/** One router, and a virtual server whose one real server takes hardly any connections. */
const overloaded = `public: { device: eth0 }
private: { device: eth1, nat-router: 192.168.1.254 }
virtual-servers:
  web:
    address: tcp://1.2.3.1:80
    real-servers: [192.168.1.2]
  narrow:
    address: tcp://1.2.3.1:81
    real-servers:
      - { address: 192.168.1.3:80, upper-threshold: 2 }
`;
const timeout = 450_000;

let sandbox: Sandbox;

beforeAll(() => {
  sandbox = new Sandbox();
  writeFileSync(join(sandbox.folder, 'overloaded.yaml'), overloaded, { mode: 0o644 });
});

afterAll(() => sandbox.remove());

async function lvs(line: string) {
  const child = sandbox.start(['lvsadm', ...line.split(' ')]);
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { status: await ended, stdout, stderr };
}

// Side by side: each waits for much of its time.
describe.concurrent('lvs rehearse', () => {
  test(
    'rehearses the figure, and passes',
    async () => {
      const { status, stdout, stderr } = await lvs('rehearse --figure --json');
      const report = JSON.parse(stdout) as RehearsalReport;
      expect({ status, problems: report.problems }).toEqual({ status: 0, problems: [] });
      expect(report).toMatchObject({
        version: 1,
        passed: true,
        hosts: { client: 'client', routers: ['lvs1', 'lvs2'], realServers: ['rs1', 'rs2'] },
        virtualServers: [
          {
            name: 'web',
            requests: 300,
            answered: 300,
            realServers: [
              { key: '192.168.1.2:80', weight: 2, answered: 200 },
              { key: '192.168.1.3:80', weight: 1, answered: 100 },
            ],
          },
        ],
        failovers: [
          { from: 'lvs1', to: 'lvs2', holders: ['lvs2'], traffic: { failed: {}, streams: { open: 20, broken: 0 } } },
          { from: 'lvs2', to: 'lvs1', holders: ['lvs1'], traffic: { failed: {}, streams: { open: 20, broken: 0 } } },
        ],
      });
      expect(stderr).toMatch(
        /^booting a kernel\nbuilding client, lvs1, lvs2, rs1, rs2\napplying lvs\.yaml from lvs1\n/,
      );
      expect(stderr).toContain('\nlvs1# lvs failover --yes\n');
    },
    timeout,
  );

  test(
    'exits with 1 and names the virtual server that did not answer',
    async () => {
      const { status, stdout } = await lvs('rehearse --config overloaded.yaml');
      expect(status).toBe(1);
      expect(stdout).toMatch(/^web tcp:\/\/1\.2\.3\.1:80 wlc\n {2}300 of 300 requests answered$/m);
      expect(stdout).toMatch(/\nFailed:\n {2}narrow: \d+ of 300 requests were answered \(5 × \w+\)\n$/);
      expect(stdout).not.toContain('Failover under traffic');
    },
    timeout,
  );
});

test(
  '--shell leaves the user at a prompt on the router of the cluster',
  async () => {
    const child = sandbox.startOnTerminal('lvsadm rehearse --config overloaded.yaml --shell');
    const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
    let screen = '';
    let typed = false;
    for await (const output of child.stdout.setEncoding('utf8')) {
      screen += output;
      if (typed || !/Leave with exit\.[^#]*# /.test(screen)) continue;
      child.stdin.write('hostname\nipvsadm -Sn\nexit\n');
      typed = true;
    }
    const lines = stripVTControlCharacters(screen)
      .split('\n')
      .map((line) => line.trim());
    expect(lines).toContain('lvs1');
    expect(lines).toContain('-A -t 1.2.3.1:80 -s wlc');
    expect(lines).toContain('-a -t 1.2.3.1:80 -r 192.168.1.2:80 -m -w 1');
    expect(await ended).toBe(0);
  },
  timeout,
);

test('without user-mode Linux it names the one command that installs it', () => {
  // As if its program were not there.
  const absent = `import fs from "node:fs";
    import { syncBuiltinESMExports } from "node:module";
    const { access } = fs.promises;
    fs.promises.access = (file, mode) => access(file.endsWith("/linux.uml") ? file + ".absent" : file, mode);
    syncBuiltinESMExports();`;
  const { status, stdout, stderr } = sandbox.run(['lvsadm', 'rehearse', '--figure'], {
    environment: { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(absent)}` },
  });
  expect({ status, stdout, stderr }).toEqual({
    status: 3,
    stdout: '',
    stderr: `lvs: A rehearsal needs programs that are not installed: linux.uml
  linux.uml was not found
hint: sudo apt-get install -y user-mode-linux
`,
  });
});
