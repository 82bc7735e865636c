import { describe, expect, it } from 'vitest';
import { DrainProgress } from '../../src/output/drain-progress.ts';

function progress(terminal: { isTTY?: boolean; columns?: number }) {
  let written = '';
  let seconds = 0;
  const output = {
    ...terminal,
    write: (text: string) => {
      written += text;
    },
  };
  const shown = new DrainProgress(output, '192.168.1.2:80 of web', () => seconds * 1000);
  return {
    /** @param more what remains beside connections */
    count: (
      connections: number,
      more: { router?: string; left?: number; closed?: number; templates?: number } = {},
    ) => {
      const { router = 'lvs1', left = null, closed = 0, templates = 0 } = more;
      shown.show({ type: 'counted', router, remains: { connections, closed, templates }, left });
      seconds += 1;
    },
    blind: (reason: string) => shown.show({ type: 'blind', reason }),
    end: () => shown.end(),
    written: () => written,
    lines: () => written.split('\n').slice(0, -1),
  };
}

describe('on a terminal', () => {
  it('draws one line again in its place, with a bar that fills', () => {
    const shown = progress({ isTTY: true, columns: 120 });
    shown.count(10, { left: 299.2 });
    shown.count(5, { closed: 5, left: 61 });
    shown.count(0, { closed: 10, left: 9 });
    shown.end();
    expect(shown.written().split('\r\u001b[K')).toEqual([
      '',
      '[--------------------] 10 connections remain; 5:00 left (192.168.1.2:80 of web on lvs1)',
      '[##########----------] 5 connections remain, 5 closed; 1:01 left (192.168.1.2:80 of web on lvs1)',
      '[####################] no connection remains, 10 closed; 0:09 left (192.168.1.2:80 of web on lvs1)',
      '',
    ]);
  });

  it('never draws over the edge', () => {
    const shown = progress({ isTTY: true, columns: 40 });
    shown.count(10, { left: 299 });
    expect(shown.written()).toBe('\r\u001b[K[--------------------] 10 connections r');
  });

  it('leaves in a line of its own what must not be missed', () => {
    const shown = progress({ isTTY: true, columns: 80 });
    shown.count(1);
    shown.blind('lvs1: the connection was lost: gone');
    shown.count(1, { router: 'lvs2' });
    expect(shown.written()).toContain('\r\u001b[Klvs1: the connection was lost: gone; trying again\n');
    expect(shown.written()).toContain('\r\u001b[Klvs2 is active now: going on there\n\r\u001b[K[');
  });
});

describe('elsewhere', () => {
  it('writes a line at most every five seconds, and only what is new', () => {
    const shown = progress({});
    for (let count = 20; count > 8; count--) shown.count(count);
    for (let second = 0; second < 20; second++) shown.count(8);
    shown.count(0);
    shown.end();
    expect(shown.lines()).toEqual(
      [20, 15, 10, 8].map((count) => expect.stringContaining(`on lvs1: ${count} connections`)),
    );
    expect(['\r', '\u001b'].filter((control) => shown.written().includes(control))).toEqual([]);
  });

  it('says once why nothing can be counted, and that it goes on', () => {
    const shown = progress({});
    shown.count(1);
    for (let tries = 0; tries < 3; tries++) shown.blind('lvs1 cannot be reached: no route');
    shown.count(1);
    expect(shown.lines()).toEqual([
      'draining 192.168.1.2:80 of web on lvs1: 1 connection remains',
      'lvs1 cannot be reached: no route; trying again',
      'draining 192.168.1.2:80 of web on lvs1: 1 connection remains',
    ]);
  });

  it('names the clients that come all the same', () => {
    const shown = progress({});
    shown.count(0, { templates: 2, closed: 1 });
    expect(shown.lines()).toEqual([
      'draining 192.168.1.2:80 of web on lvs1: no connection remains, 2 persistent clients may come again, 1 closed',
    ]);
  });
});
