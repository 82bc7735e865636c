import { userInfo } from 'node:os';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Sandbox } from './sandbox.ts';

let sandbox: Sandbox;

beforeEach(() => {
  sandbox = new Sandbox();
});

afterEach(() => sandbox.remove());

/** The folder that the program chooses with this $HOME, whether or not this version of Node has a cache. */
function cacheFolder(home: string): string {
  const told = 'import module from "node:module"; module.enableCompileCache = (folder) => console.error(folder)';
  const { stderr } = sandbox.run(['lvsadm', '--version'], {
    environment: { HOME: home, NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(told)}` },
  });
  return stderr.trimEnd();
}

test('compiled code that root runs is never in the home directory of another user, whatever $HOME says', () => {
  const expected = process.geteuid?.() === 0 ? userInfo().homedir : sandbox.folder;
  expect(cacheFolder(sandbox.folder)).toBe(`${expected}/.cache/lvs`);
});
