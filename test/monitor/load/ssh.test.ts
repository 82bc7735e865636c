import { loadavg } from 'node:os';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { type LoadAnswer, loadCommand, SshLoad, type SshLoadOptions } from '../../../src/monitor/load/ssh.ts';
import { shells } from '../../router/support/shells.ts';
import { linesOf, lives, scratchFile } from '../support/processes.ts';
import { never, until } from '../support/servers.ts';
import { SshServer, sshdHere } from '../support/ssh-server.ts';

const script = loadCommand('there').at(-1) ?? '';

/** Reads the load with a program in ssh's place. */
function loadBy(command: readonly string[], options: Partial<SshLoadOptions> = {}): SshLoad {
  const load = new SshLoad(command, { timeout: 2, ...options });
  onTestFinished(() => load.close());
  return load;
}

const sh = (text: string) => ['sh', '-c', text];

function expectLoad(answer: LoadAnswer): void {
  if (answer.load === null) throw new Error(answer.reason);
  // The average may move between the two.
  expect(Math.abs(answer.load.load1 - (loadavg()[0] ?? 0))).toBeLessThan(1);
  expect(answer.load.processors).toBeGreaterThanOrEqual(1);
}

describe.each(shells)('the loop on the other side, run by %s %s', (...shell) => {
  it('answers each line, for as long as there are any', async () => {
    const load = loadBy([...shell, '-c', script]);
    expectLoad(await load.read(never));
    expectLoad(await load.read(never));
  });
});

describe('the load of a real server', () => {
  it('is read over one connection', async () => {
    const file = scratchFile();
    const load = loadBy(sh(`echo $$ >>${file}; ${script}`));
    for (let time = 0; time < 5; time += 1) expectLoad(await load.read(never));
    expect(linesOf(file)).toHaveLength(1);
  });

  it('is not taken from greetings, nor from what is no answer', async () => {
    const noise = 'echo Welcome; echo 0.5 2; echo lvs-1; echo lvs-1 x 2; echo lvs-1 0.5 0; echo lvs-9 0.5 2;';
    const load = loadBy(sh(`${noise} while read -r n; do printf "$n 1.5"; sleep 0.05; echo 0 4; done`));
    expect(await load.read(never)).toEqual({ load: { load1: 1.5, processors: 4 } });
  });

  it('is missing, with the last words of ssh, where the connection ends; it is then tried again after pauses that double', async () => {
    let now = 0;
    const file = scratchFile();
    const load = loadBy(sh(`echo x >>${file}; echo first >&2; echo 'Permission denied (publickey).' >&2; exit 255`), {
      now: () => now,
    });
    const reason = 'Permission denied (publickey).';
    expect(await load.read(never)).toEqual({ load: null, reason });
    for (const pause of [1, 2, 4, 8, 16, 32, 60, 60]) {
      expect(await load.read(never)).toEqual({ load: null, reason: `${reason}; trying again in ${pause} s` });
      now += pause * 1000 - 1;
      expect(await load.read(never)).toEqual({ load: null, reason: `${reason}; trying again in 1 s` });
      now += 1;
      expect(await load.read(never)).toEqual({ load: null, reason });
    }
    expect(linesOf(file)).toHaveLength(9);
  });

  it('comes back when the connection does, and the next pause is short again', async () => {
    let now = 0;
    const load = loadBy(sh('read -r n; echo "$n 0.25 8"; read -r n; echo bye >&2'), { now: () => now });
    for (let time = 0; time < 3; time += 1) {
      expect(await load.read(never)).toEqual({ load: { load1: 0.25, processors: 8 } });
      expect(await load.read(never)).toEqual({ load: null, reason: 'bye' });
      expect(await load.read(never)).toEqual({ load: null, reason: 'bye; trying again in 1 s' });
      now += 1000;
    }
  });

  it.each([
    ['exit 3', 'the session ended with status 3'],
    ['kill -KILL $$', 'the session was ended by SIGKILL'],
  ])('is missing after %s', async (text, reason) => {
    expect(await loadBy(sh(text)).read(never)).toEqual({ load: null, reason });
  });

  it('is missing where there is no ssh', async () => {
    const load = loadBy(['/no/such/ssh']);
    expect(await load.read(never)).toEqual({ load: null, reason: 'there is no program /no/such/ssh' });
  });

  it('is missing while the other side is silent; the connection is kept, and a late answer is not taken for another', async () => {
    const file = scratchFile();
    const answers = 'read -r a; read -r b; echo "$a 1.0 1"; echo "$b 2.0 1"; read -r c; echo "$c 3.0 1"; read -r d';
    const load = loadBy(sh(`echo x >>${file}; ${answers}`), { timeout: 0.3 });
    const silent = await load.read(never);
    expect(silent).toEqual({ load: null, reason: 'no answer within 0.3 s' });
    expect(await load.read(never)).toEqual({ load: { load1: 2, processors: 1 } });
    expect(await load.read(never)).toEqual({ load: { load1: 3, processors: 1 } });
    expect(linesOf(file)).toHaveLength(1);
  });

  it('gives a connection up on which nothing was answered for long', async () => {
    let now = 0;
    const file = scratchFile();
    const load = loadBy(sh(`echo $$ >>${file}; exec sleep 60`), { timeout: 0.2, now: () => now });
    expect(await load.read(never)).toMatchObject({ reason: 'no answer within 0.2 s' });
    now = 19_999;
    expect(await load.read(never)).toMatchObject({ reason: 'no answer within 0.2 s' });
    now = 20_000;
    expect(await load.read(never)).toMatchObject({ reason: 'no answer for 20 s' });
    const [pid] = linesOf(file);
    await until(() => !lives(pid));
    now = 21_000;
    expect(await load.read(never)).toMatchObject({ reason: 'no answer within 0.2 s' });
    expect(linesOf(file)).toHaveLength(2);
  });

  it('does not count the time between readings', async () => {
    let now = 0;
    const load = loadBy(sh('read -r n; echo "$n 0.5 1"; exec sleep 60'), { timeout: 0.2, now: () => now });
    expect(await load.read(never)).toEqual({ load: { load1: 0.5, processors: 1 } });
    now = 60_000;
    expect(await load.read(never)).toEqual({ load: null, reason: 'no answer within 0.2 s' });
  });

  it('bears a flood without line ends', async () => {
    const load = loadBy(sh('read -r n; head -c 10000000 /dev/zero; echo; echo "$n 0.5 1"; read -r n'));
    expect(await load.read(never)).toEqual({ load: { load1: 0.5, processors: 1 } });
  });

  it('is called off at once, and closing leaves no process', async () => {
    const file = scratchFile();
    const load = loadBy(sh(`echo $$ >>${file}; exec sleep 60`), { timeout: 30 });
    const controller = new AbortController();
    const answer = load.read(controller.signal);
    await until(() => linesOf(file).length > 0);
    controller.abort();
    expect(await answer).toEqual({ load: null, reason: 'called off' });
    load.close();
    const [pid] = linesOf(file);
    await until(() => !lives(pid));
  });
});

describe.runIf(sshdHere)('the load over a real ssh', () => {
  let server: SshServer;
  beforeAll(() => {
    server = new SshServer();
    vi.stubEnv('PATH', `${server.directory}:${process.env.PATH}`);
  });
  afterAll(() => {
    vi.unstubAllEnvs();
    server.remove();
  });

  it('is read with one handshake', async () => {
    const load = loadBy(loadCommand('known'), { timeout: 10 });
    expectLoad(await load.read(never));
    expectLoad(await load.read(never));
    expect(linesOf(server.log)).toHaveLength(1);
  });

  it('is missing where the host key is not known', async () => {
    const load = loadBy(loadCommand('strange'), { timeout: 10 });
    expect(await load.read(never)).toMatchObject({ load: null, reason: 'Host key verification failed.' });
  });
});
