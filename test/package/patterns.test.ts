import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Sandbox } from './sandbox.ts';

let sandbox: Sandbox;

beforeEach(() => {
  sandbox = new Sandbox();
});

afterEach(() => rmSync(sandbox.folder, { recursive: true }));

const config = (check: string) => `public: { device: eth0 }
virtual-servers:
  web: { address: tcp://1.2.3.1:80, check: ${check}, real-servers: [192.168.1.2] }
`;

/** Runs it, and says whether what compiles patterns was loaded. */
function lvs(words: string, check: string) {
  writeFileSync(join(sandbox.folder, 'lvs.yaml'), config(check), { mode: 0o644 });
  const watch = `import module from "node:module"; const load = module._load;
module._load = function (name, ...rest) { if (/re2js/.test(name)) console.error("loaded", name); return load.call(this, name, ...rest); }`;
  return sandbox.run(['lvsadm', ...words.split(' ')], {
    environment: { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(watch)}` },
  });
}

test('the built program compiles patterns, and is no slower to start where there is none', () => {
  expect(lvs('validate', "{ http: /, body: 'OK$' }")).toMatchObject({ status: 0, stderr: 'loaded ./re2js.cjs\n' });
  for (const words of ['vip list', '--help', 'validate']) {
    expect(lvs(words, '{ http: / }')).toMatchObject({ status: 0, stderr: '' });
  }
});

test('what RE2 lacks is a mistake with its place and a hint', () => {
  const { status, stderr } = lvs('validate', "{ http: /, body: '(a)\\1' }");
  expect(status).toBe(2);
  expect(stderr).toContain('lvs.yaml:3:');
  expect(stderr).toContain('RE2 has no back-references');
});
