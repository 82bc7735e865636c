import { chmodSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { parseConfig } from '../../src/config/config.ts';
import { ConfigSource } from '../../src/monitor/config-source.ts';

let directory: string;
let file: string;
const text = (check: string) => `public: { device: eth0 }
virtual-servers:
  web: { address: "tcp://1.2.3.1:80", check: ${check}, real-servers: [192.168.1.2] }
`;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'lvs-source-'));
  file = join(directory, 'lvs.yaml');
});
afterEach(() => rmSync(directory, { recursive: true }));

const source = () => new ConfigSource(file, () => parseConfig(readFileSync(file, 'utf8'), file));

test('another file is noticed, however it came there, and read once', () => {
  writeFileSync(file, text('tcp'));
  const followed = source();
  expect(followed.changed).toBe(false);
  writeFileSync(join(directory, 'new'), text('{ http: / }'));
  renameSync(join(directory, 'new'), file);
  expect(followed.changed).toBe(true);
  expect(followed.again().cluster.virtualServers[0]?.check?.type).toBe('http');
  expect(followed.changed).toBe(false);
});

test('a bad one is complained of once', () => {
  writeFileSync(file, text('tcp'));
  const followed = source();
  writeFileSync(file, text('nonsense'));
  expect(() => followed.again()).toThrow('mistake');
  expect(followed.changed).toBe(false);
  rmSync(file);
  expect(followed.changed).toBe(true);
});

test.runIf(process.getuid?.() === 0)('programs are run only from a file that root alone can write', () => {
  writeFileSync(file, text('{ exec: /bin/true }'), { mode: 0o644 });
  expect(() => source()).not.toThrow();
  chmodSync(file, 0o664);
  expect(() => source()).toThrow(/has checks that run programs, and others can write it/);
});
