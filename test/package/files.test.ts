import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  lchownSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Sandbox } from './sandbox.ts';

/** Which configuration is used, when it is refused, and how one is begun. */

const config = `public: { device: eth0 }
virtual-servers:
  web: { address: tcp://1.2.3.1:80 }
`;
const asRoot = process.getuid?.() === 0;

let sandbox: Sandbox;

beforeEach(() => {
  sandbox = new Sandbox();
});

afterEach(() => sandbox.remove());

const inSandbox = (name: string) => join(sandbox.folder, name);

function write(name: string, text = config): void {
  writeFileSync(inSandbox(name), text);
  // Whatever the umask is.
  chmodSync(inSandbox(name), 0o644);
}

function lvs(line: string, environment: NodeJS.ProcessEnv = {}) {
  const { status, stdout, stderr } = sandbox.run(['lvsadm', ...line.split(' ')], { environment });
  return { status, stdout, stderr };
}

test('a FIFO that is only found is not waited for, whoever asks', () => {
  spawnSync('mkfifo', [inSandbox('lvs.yaml')]);
  expect(lvs('validate')).toMatchObject({
    status: 4,
    stderr: expect.stringMatching(/^lvs: lvs\.yaml is not a regular/),
  });
  expect(lvs('complete -- vip set _').status).toBe(0);
});

describe('the configuration is', () => {
  const used = (line: string, environment?: NodeJS.ProcessEnv) => lvs(line, environment).stdout.split(' is valid: ')[0];

  beforeEach(() => {
    for (const name of ['lvs.yaml', 'given.yaml', 'environment.yaml']) write(name);
  });

  test('the one given, before all others', () => {
    expect(used('validate --config given.yaml', { LVS_CONFIG: 'environment.yaml' })).toBe('given.yaml');
    expect(used('-c given.yaml validate', { LVS_CONFIG: 'environment.yaml' })).toBe('given.yaml');
  });

  test('the one in $LVS_CONFIG, before the one that lies here', () => {
    expect(used('validate', { LVS_CONFIG: 'environment.yaml' })).toBe('environment.yaml');
  });

  test('the one that lies here, also where $LVS_CONFIG is empty', () => {
    expect(used('validate')).toBe('lvs.yaml');
    expect(used('validate', { LVS_CONFIG: '' })).toBe('lvs.yaml');
  });

  test('no other, where the one that was named does not exist', () => {
    expect(lvs('validate', { LVS_CONFIG: 'absent.yaml' })).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/^lvs: absent\.yaml cannot be read: it does not exist\n/),
    });
  });
});

test.skipIf(existsSync('/etc/lvs/lvs.yaml'))('/etc/lvs/lvs.yaml is the last place', () => {
  expect(lvs('validate')).toEqual({
    status: 2,
    stdout: '',
    stderr: `lvs: there is no configuration: neither lvs.yaml nor /etc/lvs/lvs.yaml
hint: name one with --config FILE or $LVS_CONFIG, or write one with "lvs init"
`,
  });
});

describe.skipIf(!asRoot)('as root', () => {
  const stranger = 65_534;
  const hint = 'hint: chown root lvs.yaml && chmod go-w lvs.yaml # after a look through it; or keep it in /etc/lvs\n';

  beforeEach(() => write('lvs.yaml'));

  test.each(['646', '664'])('a file of mode %s is refused, because others can write it', (mode) => {
    chmodSync(inSandbox('lvs.yaml'), mode);
    const stderr = `lvs: lvs.yaml is not used by root: others can write it\n${hint}`;
    expect(lvs('validate')).toEqual({ status: 4, stdout: '', stderr });
    expect(lvs('vip add 1.2.3.1:81 --yes')).toEqual({ status: 4, stdout: '', stderr });
    expect(readFileSync(inSandbox('lvs.yaml'), 'utf8')).toBe(config);
  });

  test("another user's file is refused", () => {
    chownSync(inSandbox('lvs.yaml'), stranger, stranger);
    const stderr = `lvs: lvs.yaml is not used by root: it belongs to user ${stranger}\n${hint}`;
    expect(lvs('validate')).toEqual({ status: 4, stdout: '', stderr });
    expect(JSON.parse(lvs('validate --json').stdout)).toMatchObject({ version: 1, error: { code: 'refused' } });
  });

  test('the file of the user who called sudo is used', () => {
    chownSync(inSandbox('lvs.yaml'), stranger, stranger);
    expect(lvs('validate', { SUDO_UID: String(stranger) }).status).toBe(0);
    expect(lvs('validate', { SUDO_UID: String(stranger + 1) }).status).toBe(4);
  });

  test.each([
    ['failover', 'failover: { engine: keepalived, control: [/tmp/evil] }\n'],
    ['a check', '    check: { exec: /tmp/evil }\n'],
  ])('but not where it names a program: %s', (_, line) => {
    const text = line.startsWith(' ')
      ? `public: { device: eth0 }\nvirtual-servers:\n  web:\n    address: tcp://1.2.3.1:80\n${line}`
      : `${config}${line}`;
    write('lvs.yaml', text);
    expect(lvs('validate').stderr).not.toContain('names programs');
    chownSync(inSandbox('lvs.yaml'), stranger, stranger);
    const { status, stderr } = lvs('validate', { SUDO_UID: String(stranger) });
    expect({ status, stderr }).toMatchObject({ status: 4, stderr: expect.stringContaining('names programs') });
  });

  describe('a directory on the way to it', () => {
    beforeEach(() => {
      mkdirSync(inSandbox('above/below'), { recursive: true });
      for (const name of ['above', 'above/below']) chmodSync(inSandbox(name), 0o755);
      write('above/below/lvs.yaml');
    });
    const refused = (line = 'validate -c above/below/lvs.yaml') => {
      const { status, stderr } = lvs(line);
      return status === 4 ? stderr.split('\n')[0] : status;
    };

    test('is as good as the file where only root can write it', () => expect(refused()).toBe(0));

    test.each([0o777, 0o775, 0o1777])('that others can write is refused: mode %o, of the file itself', (mode) => {
      chmodSync(inSandbox('above/below'), mode);
      expect(refused()).toBe(
        `lvs: above/below/lvs.yaml is not used by root: ${inSandbox('above/below')}: others can write it`,
      );
    });

    test('that others can write is refused, further up', () => {
      chmodSync(inSandbox('above'), 0o777);
      expect(refused()).toContain(`${inSandbox('above')}: others can write it`);
    });

    test('may be like /tmp, as long as what lies there is root’s', () => {
      chmodSync(inSandbox('above'), 0o1777);
      expect(refused()).toBe(0);
      chownSync(inSandbox('above/below'), stranger, stranger);
      expect(refused()).toContain(`${inSandbox('above/below')}: it belongs to user ${stranger}`);
    });

    test("that is another user's is refused", () => {
      chownSync(inSandbox('above'), stranger, stranger);
      expect(refused()).toContain(`${inSandbox('above')}: it belongs to user ${stranger}`);
    });

    test('counts by whatever symbolic links it is reached', () => {
      chmodSync(inSandbox('above'), 0o777);
      symlinkSync('above/below/lvs.yaml', inSandbox('link.yaml'));
      symlinkSync(inSandbox('above/below'), inSandbox('directory'));
      expect(refused('validate -c link.yaml')).toContain(`${inSandbox('above')}: others can write it`);
      expect(refused('validate -c directory/lvs.yaml')).toContain(`${inSandbox('above')}: others can write it`);
      expect(refused('validate -c directory/../below/lvs.yaml')).toContain(
        `${inSandbox('above')}: others can write it`,
      );
    });

    test('counts where only the link stands in it', () => {
      mkdirSync(inSandbox('shared'));
      chmodSync(inSandbox('shared'), 0o1777);
      symlinkSync(inSandbox('above/below/lvs.yaml'), inSandbox('shared/lvs.yaml'));
      expect(refused('validate -c shared/lvs.yaml')).toBe(0);
      lchownSync(inSandbox('shared/lvs.yaml'), stranger, stranger);
      expect(refused('validate -c shared/lvs.yaml')).toContain(`it belongs to user ${stranger}`);
    });
  });

  test.each([
    ['a FIFO', ['mkfifo', 'fifo'], 'it belongs to user 65534'],
    ['a device', ['ln', '-s', '/dev/zero', 'fifo'], 'others can write it'],
  ])('%s is not waited for, as another user may have put it there', (_, [program = '', ...words], why) => {
    spawnSync(program, words, { cwd: sandbox.folder });
    if (words[0] === 'fifo') chownSync(inSandbox('fifo'), stranger, stranger);
    const { status, stderr } = lvs('validate -c fifo');
    expect({ status, stderr }).toMatchObject({ status: 4, stderr: expect.stringContaining(why) });
  });

  test('a pipe is read', () => {
    const { stdout } = spawnSync('sh', ['-c', 'cat lvs.yaml | lvsadm validate -c /dev/stdin'], sandbox.usual);
    expect(stdout).toMatch(/ is valid: /);
  });
});

describe('lvs init', () => {
  const words = '--public-device eth0 --private-device eth1 --nat-router 192.168.1.254';
  const pair = '--router lvs1=root@192.168.1.11 --router lvs2=root@192.168.1.12';

  test.each([
    ['one router', words],
    ['a pair', `${words} ${pair}`],
  ])('writes a file for %s that is valid', (_, line) => {
    expect(lvs(`init ${line}`)).toMatchObject({ status: 0, stderr: '' });
    expect(lvs('validate')).toEqual({
      status: 0,
      stdout: 'lvs.yaml is valid: 0 virtual servers, 0 real servers\n',
      stderr: '',
    });
  });

  test('writes where --config says', () => {
    expect(JSON.parse(lvs(`init ${words} --config new.yaml --json`).stdout)).toEqual({
      version: 1,
      config: { file: 'new.yaml', changed: true },
      applied: true,
      publicDevice: 'eth0',
      privateDevice: 'eth1',
    });
    expect(lvs('validate -c new.yaml').status).toBe(0);
    expect(existsSync(inSandbox('lvs.yaml'))).toBe(false);
  });

  test('leaves a file that is there alone', () => {
    write('lvs.yaml', '# mine\n');
    expect(lvs(`init ${words}`)).toMatchObject({
      status: 4,
      stdout: '',
      stderr: expect.stringMatching(/^lvs: lvs\.yaml is there already: nothing was written\n/),
    });
    expect(readFileSync(inSandbox('lvs.yaml'), 'utf8')).toBe('# mine\n');
  });

  test('--dry-run shows the file, and writes nothing', () => {
    const before = readdirSync(sandbox.folder);
    const shown = lvs(`init ${words} --dry-run`);
    expect(shown.status).toBe(0);
    expect(readdirSync(sandbox.folder)).toEqual(before);
    lvs(`init ${words}`);
    expect(readFileSync(inSandbox('lvs.yaml'), 'utf8')).toBe(shown.stdout);
  });

  describe.skipIf(!asRoot)('as root', () => {
    test.each([
      ['init --config', 'that others can write', 0o777, 0],
      ['init --config', 'like /tmp', 0o1777, 0],
      ['init --config', "of another user's", 0o755, 65_534],
      ['import ipvsadm /dev/null --output', 'that others can write', 0o777, 0],
    ])('%s does not write to a directory %s', (line, _, mode, owner) => {
      mkdirSync(inSandbox('shared'));
      chmodSync(inSandbox('shared'), mode);
      chownSync(inSandbox('shared'), owner, owner);
      const { status, stderr } = lvs(`${line} shared/lvs.yaml`);
      const why = owner === 0 ? 'others can write it' : 'it belongs to user 65534';
      expect(stderr).toContain(`lvs: shared/lvs.yaml is not written by root: ${inSandbox('shared')}: ${why}\n`);
      expect({ status, files: readdirSync(inSandbox('shared')) }).toEqual({ status: 4, files: [] });
    });
  });

  test('writes nothing where what was given makes no sense', () => {
    expect(lvs('init --nat-router 192.168.1.256 --private-device eth1').status).toBe(2);
    expect(existsSync(inSandbox('lvs.yaml'))).toBe(false);
  });
});
