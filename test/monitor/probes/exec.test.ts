import { describe, expect, it } from 'vitest';
import { type ExecTarget, environmentOf, execProbe } from '../../../src/monitor/probes/exec.ts';
import { linesOf, lives, scratchFile } from '../support/processes.ts';
import { never, until } from '../support/servers.ts';

function run(script: string, target: Partial<ExecTarget> = {}, signal = never) {
  const command = ['/bin/sh', '-c', script, 'check', 'a  b', '$HOME'];
  return execProbe({ command, environment: {}, dynamic: false, timeout: 5, ...target })(signal);
}

describe('the exec check', () => {
  it('passes on status 0, and gives words to the program as they are', async () => {
    expect(await run('[ "$#,$1,$2" = "2,a  b,\\$HOME" ]')).toEqual({ ok: true, weight: null });
  });

  it('gives the program little beside what it checks', async () => {
    const file = scratchFile();
    const environment = environmentOf('web', { address: '2001:db8::1', port: 80 });
    await execProbe({
      command: ['/bin/sh', '-c', `env >${file}; pwd >>${file}`],
      environment,
      dynamic: false,
      timeout: 5,
    })(never);
    // What the shell itself adds, and env.
    const own = linesOf(file).filter((line) => !/^(PWD|OLDPWD|SHLVL|_)=/.test(line));
    expect(own.toSorted()).toEqual([
      '/',
      'LC_ALL=C',
      'LVS_REAL_ADDRESS=2001:db8::1',
      'LVS_REAL_PORT=80',
      'LVS_REAL_SERVER=[2001:db8::1]:80',
      'LVS_VIRTUAL_SERVER=web',
      'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    ]);
  });

  it.each([
    ['exit 1', 'exit status 1'],
    ['echo first >&2; echo "the last: é" >&2; echo >&2; exit 3', 'exit status 3: the last: é'],
    ['echo shown to nobody; exit 7', 'exit status 7'],
    ["printf 'a\\033[31mb' >&2; exit 1", 'exit status 1: a?[31mb'],
    ['kill -SEGV $$', 'ended by SIGSEGV'],
  ])('fails after %s', async (script, reason) => {
    expect(await run(script)).toEqual({ ok: false, reason });
  });

  it.each([
    [0, { ok: true, weight: null }],
    [1, { ok: false, reason: 'exit status 1' }],
    [2, { ok: true, weight: 0 }],
    [3, { ok: true, weight: 1 }],
    [255, { ok: true, weight: 253 }],
  ])('reads a weight from status %i where it is told to', async (status, result) => {
    expect(await run(`exit ${status}`, { dynamic: true })).toEqual(result);
  });

  it('keeps only the end of what is said without end', async () => {
    const result = await run(
      'i=0; while [ $i -lt 3000 ]; do echo "$i xxxxxxxxxxxxxxxxxxxx" >&2; i=$((i+1)); done; exit 1',
    );
    expect(result).toEqual({ ok: false, reason: 'exit status 1: 2999 xxxxxxxxxxxxxxxxxxxx' });
    const long = await run("head -c 100000 /dev/zero | tr '\\0' x >&2; exit 1");
    expect(long).toMatchObject({ reason: `exit status 1: ${'x'.repeat(200)}…` });
  });

  it('kills all that it started when the time is up', async () => {
    const file = scratchFile();
    // One that ignores what can be ignored, one in the background.
    const script = `trap '' TERM INT HUP; echo $$ >>${file}; sh -c 'echo $$ >>${file}; sleep 300' & sleep 300 & wait; sleep 300`;
    const result = await run(script, { timeout: 0.5 });
    expect(result).toEqual({ ok: false, reason: 'still running after 0.5 s' });
    const pids = linesOf(file);
    expect(pids).toHaveLength(2);
    await until(() => !pids.some(lives));
  });

  it('leaves nothing behind of a program that has ended, nor waits for it', async () => {
    const file = scratchFile();
    const result = await run(`sleep 300 & echo $! >${file}; exit 0`);
    expect(result).toEqual({ ok: true, weight: null });
    await until(() => !lives(linesOf(file)[0]));
  });

  it('is called off at once', async () => {
    const file = scratchFile();
    const controller = new AbortController();
    const result = run(`echo $$ >${file}; sleep 300`, { timeout: 300 }, controller.signal);
    await until(() => lives(linesOf(file)[0]));
    controller.abort();
    const ended = await result;
    expect(ended).toEqual({ ok: null, reason: 'called off' });
    await until(() => !lives(linesOf(file)[0]));
  });

  it.each([
    ['/no/such/program', 'there is no program /no/such/program'],
    ['/etc/passwd', '/etc/passwd cannot be run: permission denied'],
  ])('says nothing of a real server where the program is %s', async (program, reason) => {
    const command = [program];
    expect(await run('', { command })).toEqual({ ok: null, reason });
  });
});
