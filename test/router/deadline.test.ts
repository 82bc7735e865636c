import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { agent } from '../../src/router/agent.ts';
import { Deadline, inTime, RepeatedLimit, secondsFor } from '../../src/router/deadline.ts';
import { TimedOut } from '../../src/router/runner.ts';
import { Session } from '../../src/router/session.ts';
import { onWaiting, type Waiting } from '../../src/router/waiting-channel.ts';

describe('the seconds that a router has', () => {
  const rules = '-a -t 1.2.3.1:80 -r 192.168.1.2:80 -m -w 1\n'.repeat(40_000);

  it('grow with the lines that are sent', () => {
    const [few, many] = [secondsFor(['ipvsadm', '-R'], '-A x\n', 0), secondsFor(['ipvsadm', '-R'], rules, 0)];
    expect(few).toBeGreaterThanOrEqual(30);
    expect(few).toBeLessThan(32);
    expect(many - few).toBeGreaterThanOrEqual(400);
  });

  it('are more for a big table, and for a command that waits', () => {
    expect(secondsFor(['ipvsadm', '-Sn'], '', 0)).toBeGreaterThan(secondsFor(['ip', '-j', 'addr'], '', 0));
    expect(secondsFor(['sleep', '60'], '', 60)).toBeGreaterThanOrEqual(90);
  });
});

describe('a deadline', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
  afterEach(() => void vi.useRealTimers());

  const begun = () => {
    const deadline = new Deadline();
    const told: string[] = [];
    deadline.start({
      limit: 30,
      firstNotice: 5,
      notice: (seconds) => told.push(`notice ${seconds}`),
      over: () => told.push('over'),
      expire: (seconds) => told.push(`expired ${seconds}`),
    });
    return { deadline, told };
  };

  it('is told of again and again until it is over', () => {
    const { told } = begun();
    vi.advanceTimersByTime(60_000);
    expect(told).toEqual(['notice 5', 'notice 10', 'notice 20', 'over', 'expired 30']);
  });

  it('can be cut short, and not made longer', () => {
    const { deadline, told } = begun();
    vi.advanceTimersByTime(6000);
    deadline.cut(40);
    deadline.cut(3);
    vi.advanceTimersByTime(60_000);
    expect(told).toEqual(['notice 5', 'over', 'expired 9']);
  });

  it('ends in silence if it is answered before anybody was told', () => {
    const { deadline, told } = begun();
    deadline.stop();
    vi.advanceTimersByTime(60_000);
    expect(told).toEqual([]);
  });

  it('says once that it is over if it was told of', () => {
    const { deadline, told } = begun();
    vi.advanceTimersByTime(6000);
    deadline.stop();
    deadline.stop();
    vi.advanceTimersByTime(60_000);
    expect(told).toEqual(['notice 5', 'over']);
  });
});

describe('work with a limit', () => {
  it('is waited for as long as that', async () => {
    await expect(inTime(Promise.resolve(7), 60)).resolves.toBe(7);
    await expect(inTime(Promise.resolve(7), Number.POSITIVE_INFINITY)).resolves.toBe(7);
    await expect(inTime(new Promise(() => {}), 0.1)).rejects.toBeInstanceOf(TimedOut);
    await expect(inTime(Promise.reject(new RangeError()), 60)).rejects.toBeInstanceOf(RangeError);
  });

  it('has several times what it took before, and at first any time', () => {
    const limit = new RepeatedLimit();
    expect(limit.seconds).toBe(Number.POSITIVE_INFINITY);
    limit.took(0.1);
    expect(limit.seconds).toBe(5);
    limit.took(3);
    limit.took(2);
    expect(limit.seconds).toBe(12);
  });
});

describe('a session whose command hangs', { timeout: 200_000 }, () => {
  it('is given up when it is to hurry, and says which command; all that it runs is killed', async () => {
    const session = new Session(['sh', '-c', agent], 'lvs2');
    const { stdout } = await session.run(['sh', '-c', 'echo $PPID']);
    const hung = session.run(['sh', '-c', 'trap "" TERM INT HUP; sleep 300', 'hang']);
    const next = session.run(['true']);
    session.hurry({ current: 0.5, all: 60 });
    await expect(hung).rejects.toThrow(new TimedOut('hang has not ended within 1 s'));
    await expect(next).rejects.toBeInstanceOf(TimedOut);
    await session.close();
    await vi.waitFor(() => expect(() => process.kill(Number(stdout), 0)).toThrow(), { timeout: 20_000, interval: 100 });
  });

  it.each([
    [20, 18],
    [3, 1.5],
  ])(
    'after an interruption has a share of the %d s that are left, so that others have some of them',
    async (all, share) => {
      const start = vi.spyOn(Deadline.prototype, 'start');
      const session = new Session(['sh', '-c', agent], 'lvs2');
      session.hurry({ current: Number.POSITIVE_INFINITY, all });
      const request = session.run(['true']);
      expect(start.mock.lastCall?.[0].limit).toBeLessThanOrEqual(share);
      await request.catch(() => {});
      await session.close();
      start.mockRestore();
    },
  );

  it('is told of after five seconds', async () => {
    const told: Waiting[] = [];
    onWaiting((waiting) => told.push(waiting));
    const session = new Session(['sh', '-c', agent], 'slow');
    await session.run(['true']);
    await session.run(['sleep', '5.6']);
    await session.close();
    expect(told.filter(({ router }) => router === 'slow').map(({ what }) => what)).toContain('sleep 5.6');
  });
});
