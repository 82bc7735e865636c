import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Sandbox } from './sandbox.ts';

/** Words and names are looked at where they enter. */

let sandbox: Sandbox;

beforeAll(() => {
  sandbox = new Sandbox();
});

afterAll(() => sandbox.remove());

function lvs(config: string, ...words: string[]) {
  writeFileSync(join(sandbox.folder, 'lvs.yaml'), config, { mode: 0o644 });
  const { status, stdout, stderr } = sandbox.run(['lvsadm', ...words]);
  return { status, stdout, stderr };
}

const web = (name: string) => `public: { device: eth0 }
virtual-servers:
  ${name}: { address: "tcp://1.2.3.1:80", real-servers: [192.168.1.2] }
`;

test.each([
  ['vip', 'set', 'web\nx', '--scheduler', 'rr'],
  ['real', 'list', 'we\u001bb'],
  ['vip', 'add', '1.2.3.4:80', '--name', 'a\rb'],
  ['vip\n', 'list'],
])('a control character in %j is invalid input', (...words) => {
  const { status, stderr } = lvs(web('web'), ...words);
  expect(status).toBe(2);
  expect(stderr).toMatch(/^lvs: found a control character in ".*"; allowed: words on one line\nhint: [^\n]*\n$/);
});

test.each(['constructor', 'toString', 'hasOwnProperty', 'valueOf'])('%s is a name like others', (name) => {
  expect(JSON.parse(lvs(web(name), 'vip', 'list', '--json').stdout).virtualServers).toMatchObject([{ name }]);
  expect(JSON.parse(lvs(web(name), 'real', 'list', name, '--json').stdout).realServers).toMatchObject([{ name }]);
});

test.each([
  [web('__proto__'), '3:3: found the key "__proto__"'],
  ['public: { device: eth0 }\nrouters: { __proto__: { ssh: root@192.0.2.1 } }\n', '2:12: found the key "__proto__"'],
  ['public: { device: eth0 }\n__proto__: 1\n', '2:1: found the key "__proto__"'],
  ['routers: { a: { ssh: "ssh://[ANYTHING]" } }\npublic: { device: eth0 }\n', 'in brackets there is an IPv6 address'],
  ...['e$(id)', 'e"0', "e'0", 'e\\\\0', 'e\\e[0m', 'eth 0', 'eth/0', '`id`', 'a23456789012345x'].map(
    (device): [string, string] => [
      `public: { device: "${device.replace(/^e"0$/, 'e\\"0')}" }\n`,
      "allowed: a network device's name",
    ],
  ),
])('%j is a mistake', (config, said) => {
  expect(lvs(config, 'validate')).toEqual({ status: 2, stdout: '', stderr: expect.stringContaining(said) });
});

test('an address in brackets is a destination of ssh', () => {
  const config = 'routers: { a: { ssh: "ssh://root@[2001:db8::1]:22" } }\npublic: { device: eth0.100 }\n';
  expect(lvs(config, 'validate').status).toBe(0);
});
