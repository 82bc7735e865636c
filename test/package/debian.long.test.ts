import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { figureFile } from '../../src/rehearsal/figure.ts';
import { DebianRoot } from './debian-root.ts';
import { checkout } from './sandbox.ts';

/** Both packages as their users install them: on a Debian of its own, with its Node, beside its LVM. */

const suite = 'trixie';
const packages = join(mkdtempSync(join(tmpdir(), 'lvs-packages-')), '/');
const deb = join(checkout, build('bin/deb'));
const tgz = join(packages, build('npm', 'pack', '--ignore-scripts', '--pack-destination', packages));
let debian: DebianRoot;

/** What a package's program prints about where it put the package, which is last. */
function build(program: string, ...words: string[]): string {
  const environment = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name)));
  const { status, stdout, stderr } = spawnSync(program, words, { cwd: checkout, env: environment, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${program} ${words.join(' ')}: status ${status}\n${stderr}`);
  return stdout.trim().split('\n').at(-1) ?? '';
}

/** A command from a text for readers, for a machine that answers no question and wants nothing that it does not need. */
const unattended = (line: string) => line.replace('apt-get install', 'apt-get install -qy --no-install-recommends');

/** What LVM's program says when it is called so, which is not what ours says. */
async function saysLvm(line: string): Promise<string> {
  // Which descriptors it was given is of no interest, nor who called it.
  const { stdout } = await debian.run(`LVM_SUPPRESS_FD_WARNINGS=1 ${line} 2>&1`);
  return stdout;
}

beforeAll(async () => {
  debian = await DebianRoot.install(suite, ['lvm2', 'man-db', 'systemd']);
  for (const file of [deb, tgz]) debian.put(file);
  writeFileSync(join(packages, 'figure.yaml'), figureFile, { mode: 0o644 });
  debian.put(join(packages, 'figure.yaml'));
}, 300_000);

afterAll(() => {
  debian?.remove();
  rmSync(packages, { recursive: true });
});

describe('the Debian package', { timeout: 300_000 }, () => {
  let before: string[];
  let lvmBefore: string;

  beforeAll(async () => {
    before = await debian.files();
    lvmBefore = await saysLvm('lvs --version');
    await debian.output(unattended(`apt-get install ./${basename(deb)}`));
    await debian.output('cp figure.yaml /etc/lvs/lvs.yaml');
  }, 200_000);

  test("runs with Debian's Node, which came with it", async () => {
    expect(await debian.output('lvsadm --version')).toMatch(/^lvsadm\/\S+ linux-\S+ node-v20\./);
    expect(await debian.output('apt-mark showauto nodejs')).toBe('nodejs\n');
  });

  test('finds /etc/lvs/lvs.yaml', async () => {
    expect(await debian.output('lvsadm vip list')).toMatch(/^ {2}web +tcp:\/\/1\.2\.3\.1:80 +wrr/m);
    expect(await debian.output('/usr/bin/lvs validate')).toBe(
      '/etc/lvs/lvs.yaml is valid: 1 virtual server, 2 real servers\n',
    );
  });

  test('has pages for man(1), a script for bash, and a unit that systemd understands', async () => {
    expect(await debian.output('man -w lvsadm lvs.yaml')).toBe(
      '/usr/share/man/man8/lvsadm.8.gz\n/usr/share/man/man5/lvs.yaml.5.gz\n',
    );
    expect(await debian.output('bash -c ". /etc/bash_completion.d/lvsadm; complete -p lvs lvsadm"')).toBe(
      'complete -F _lvsadm lvs\ncomplete -F _lvsadm lvsadm\n',
    );
    expect(await debian.run('systemd-analyze verify lvs-monitor.service')).toEqual({
      status: 0,
      stdout: '',
      stderr: '',
    });
  });

  test("has no file in common with LVM's package, whose lvs is the one that root gets, and runs as before", async () => {
    const filesOf = async (name: string) => {
      // Directories are everybody's; and /sbin is a link to /usr/sbin.
      const listed = await debian.output(`dpkg -L ${name} | while read -r f; do [ -d "$f" ] || readlink -f "$f"; done`);
      return listed.trimEnd().split('\n');
    };
    const lvm = new Set(await filesOf('lvm2'));
    expect(lvm).toContain('/usr/sbin/lvm');
    const ours = await filesOf('lvsadm');
    expect(ours).toContain('/usr/lib/lvsadm/bin/run.js');
    expect(ours.filter((file) => lvm.has(file))).toEqual([]);
    expect(await debian.output('command -v lvs')).toBe('/usr/sbin/lvs\n');
    expect(await saysLvm('lvs --version')).toBe(lvmBefore);
    expect(await debian.output('man -w lvs')).toBe('/usr/share/man/man8/lvs.8.gz\n');
  });

  test.each(['', '-o lv_name --units g', '--noheadings vg0/lv0'])(
    'hands over to it what is meant for it: lvs %s',
    async (words) => {
      const wanted = await saysLvm(`/usr/sbin/lvs ${words}`);
      expect(wanted).not.toBe('');
      expect(await saysLvm(`/usr/bin/lvs ${words}`)).toBe(wanted);
    },
  );

  test('leaves nothing behind but what is in /etc/lvs', async () => {
    await debian.output('systemctl enable lvs-monitor');
    await debian.output('ls /etc/systemd/system/multi-user.target.wants/lvs-monitor.service');
    await debian.output('dpkg --purge lvsadm');
    expect(await debian.output('ls /etc/lvs')).toBe('lvs.yaml\n');
    await debian.output('rm -r /etc/lvs');
    // What it depends on goes with it, also where something that stays recommends it.
    const settings = ['RecommendsImportant', 'SuggestsImportant'].map((each) => `-o APT::AutoRemove::${each}=false`);
    await debian.output(`apt-get autoremove -qy --purge ${settings.join(' ')}`);
    expect((await debian.files()).filter((path) => !before.includes(path))).toEqual([]);
  });
});

describe("npm's package", { timeout: 300_000 }, () => {
  let before: string;

  beforeAll(async () => {
    const readme = readFileSync(join(checkout, 'README.md'), 'utf8');
    const [, prepare = ''] = /^# (apt-get install .*\bnpm\b.*)$/m.exec(readme) ?? [];
    await debian.output(unattended(prepare));
    before = await debian.output('find /usr/local ! -type d');
    await debian.output(`npm install --global ./${basename(tgz)}`, { network: false });
  }, 300_000);

  test('runs under both names, without a network', async () => {
    expect(await debian.output('lvsadm --version', { network: false })).toMatch(/^lvsadm\/\S+ linux-\S+ node-v20\./);
    const listed = await debian.output('lvs vip list -c figure.yaml', { network: false });
    expect(listed).toMatch(/^ {2}web +tcp:\/\/1\.2\.3\.1:80 +wrr/m);
    // It alone: it has no dependencies.
    expect(await debian.output('npm ls --global --all --parseable')).toBe(
      '/usr/local/lib\n/usr/local/lib/node_modules/lvsadm\n',
    );
  });

  test("comes before LVM's on root's PATH, and hands over to it", async () => {
    expect(await debian.output('command -v lvs')).toBe('/usr/local/bin/lvs\n');
    for (const words of ['', '--segments', '/dev/vg0/lv0'])
      expect(await saysLvm(`lvs ${words}`)).toBe(await saysLvm(`/usr/sbin/lvs ${words}`));
  });

  test('has a page for man(1)', async () => {
    expect(await debian.output('man -w lvsadm')).toMatch(/\/lvsadm\.8$/m);
    expect(await debian.output('man lvs.yaml')).toContain('lvs.yaml');
  });

  test('rehearses, once what it says is missing is installed', async () => {
    const { status, stderr } = await debian.run('lvsadm rehearse');
    expect(status).toBe(3);
    const [, missing = ''] = /^hint: sudo (apt-get install .+)$/m.exec(stderr) ?? [];
    expect(missing).toContain('user-mode-linux');
    await debian.output(unattended(missing));
    expect(await debian.output('lvsadm rehearse')).toContain('Passed: everything that was tried answered.');
  });

  test('leaves nothing behind', async () => {
    await debian.output('npm uninstall --global lvsadm', { network: false });
    expect(await debian.output('find /usr/local ! -type d')).toBe(before);
  });
});
