import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { type HttpTarget, httpProbe } from '../../../src/monitor/probes/http.ts';
import { compilePattern } from '../../../src/patterns/pattern.ts';
import { closedPort, never, serve, until } from '../support/servers.ts';

/** A check that passes on 200, of a server that answers every request with `answer`. */
async function check(answer: (socket: Socket) => void, target: Partial<HttpTarget> = {}) {
  const port = await serve((socket) => socket.once('data', () => answer(socket)));
  return httpProbe({ ...usual, port, ...target })(never);
}

const usual: HttpTarget = {
  address: '127.0.0.1',
  port: 0,
  path: '/health',
  host: null,
  status: 200,
  body: null,
  tls: null,
  timeout: 1,
};

const answerOf = (status: number, body = '', headers = '') =>
  `HTTP/1.1 ${status} X\r\nContent-Length: ${body.length}\r\n${headers}\r\n${body}`;

describe('the http check', () => {
  it.each([
    ['127.0.0.1', '127.0.0.1:'],
    ['::1', '[::1]:'],
  ])('asks %s for its path, by the name given or its address', async (address, place) => {
    const requests: string[] = [];
    const port = await serve((socket) => {
      socket.once('data', (data) => {
        requests.push(String(data));
        socket.end(answerOf(200));
      });
    }, address);
    expect(await httpProbe({ ...usual, address, port, host: 'www.example.org' })(never)).toEqual({ ok: true });
    expect(await httpProbe({ ...usual, address, port })(never)).toEqual({ ok: true });
    expect(requests[0]).toMatch(/^GET \/health HTTP\/1\.1\r\n/);
    expect(requests[0]).toMatch(/^host: www\.example\.org\r$/m);
    expect(requests[0]).toMatch(/^connection: close\r$/im);
    expect(requests[1]).toContain(`host: ${place}${port}\r\n`);
  });

  it.each([
    [200, 503, 'status 503, expected 200'],
    [204, 200, 'status 200, expected 204'],
    [null, 404, 'status 404, expected 200 to 399'],
    [null, 101, 'status 101, which was not asked for'],
  ])('where %s is expected, fails on %i', async (status, answered, reason) => {
    const upgrade = answered === 101 ? 'Connection: upgrade\r\nUpgrade: x\r\n' : '';
    expect(await check((socket) => socket.end(answerOf(answered, '', upgrade)), { status })).toEqual({
      ok: false,
      reason,
    });
  });

  it('does not follow a redirect', async () => {
    let asked = 0;
    const redirect = (socket: Socket) => {
      asked += 1;
      socket.end(answerOf(302, '', 'Location: /elsewhere\r\n'));
    };
    expect(await check(redirect, { status: null })).toEqual({ ok: true });
    expect(await check(redirect)).toEqual({ ok: false, reason: 'status 302, expected 200' });
    expect(asked).toBe(2);
  });

  it('takes an informational answer for none', async () => {
    const result = check((socket) => socket.end(`HTTP/1.1 103 Early Hints\r\n\r\n${answerOf(503)}`));
    expect(await result).toEqual({ ok: false, reason: 'status 503, expected 200' });
  });

  it('matches the body, however it comes', async () => {
    const body = compilePattern('(?m)^all is (well|fine)$');
    const chunked =
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nhello\nall\r\n9\r\n is well\n\r\n0\r\n\r\n';
    const slowly = (socket: Socket) => {
      socket.write(chunked.slice(0, 60));
      setTimeout(() => socket.write(chunked.slice(60)), 30);
    };
    const port = await serve((socket) => socket.once('data', () => slowly(socket)));
    const probe = httpProbe({ ...usual, port, body });
    expect(await probe(never)).toEqual({ ok: true });
    expect(await probe(never)).toEqual({ ok: true });
    expect(await check((socket) => socket.end(answerOf(200, 'all is lost\n')), { body })).toEqual({
      ok: false,
      reason: 'the body does not match /(?m)^all is (well|fine)$/',
    });
    expect(await check((socket) => socket.end('HTTP/1.1 200 OK\r\n\r\nall is fine'), { body })).toEqual({ ok: true });
  });

  it('is decided at once for a body that was made to take for ever', async () => {
    const body = compilePattern('^(\\s*\\w+\\s*)*OK$');
    const hostile = (socket: Socket) => socket.end(answerOf(200, `${'a'.repeat(40)}!`));
    expect((await check(hostile, { body })).ok).toBe(false);
  });

  it('reads the beginning of an endless body', async () => {
    const endless = (socket: Socket) => {
      socket.write('HTTP/1.1 200 OK\r\n\r\nfirst');
      const pour = () => {
        while (socket.writable && socket.write('x'.repeat(10_000)));
      };
      socket.on('drain', pour);
      pour();
    };
    expect(await check(endless, { body: compilePattern('^firstx{400}') })).toEqual({ ok: true });
    const last = 'last';
    const large = `HTTP/1.1 200 OK\r\n\r\n${'x'.repeat(compilePattern('last').reach - 2)}${last}`;
    expect((await check((socket) => socket.end(large), { body: compilePattern('last') })).ok).toBe(false);
    expect(await check((socket) => socket.end(large), { body: compilePattern('xxla$') })).toEqual({ ok: true });
  });

  it('reads no more of a body than its pattern may take time for, and says so', async () => {
    const body = compilePattern('(a|b)*a(a|b){50}c');
    const hostile = `HTTP/1.1 200 OK\r\n\r\nc${'ab'.repeat(body.reach)}`;
    expect(await check((socket) => socket.end(hostile), { body })).toEqual({
      ok: false,
      reason: `the body does not match /${body.source}/ within its first 12 KiB`,
    });
  });

  it('needs no body where none is to match', async () => {
    const result = check((socket) => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n'));
    expect(await result).toEqual({ ok: true });
  });

  it.each<[string, (socket: Socket) => unknown, string]>([
    ['silence', () => {}, 'no answer within 0.3 s'],
    ['half a status line', (socket) => socket.write('HTTP/1.1 2'), 'no answer within 0.3 s'],
    ['headers, byte by byte', (socket) => drip(socket, 'HTTP/1.1 200 OK\r\nX-A: '), 'no answer within 0.3 s'],
    [
      'a body, byte by byte',
      (socket) => drip(socket, 'HTTP/1.1 200 OK\r\n\r\n'),
      'the answer was not complete within 0.3 s',
    ],
    [
      'a body that stops',
      (socket) => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx'),
      'the answer was not complete within 0.3 s',
    ],
    ['the end at once', (socket) => socket.end(), 'the connection was closed without an answer'],
    [
      'the end in the headers',
      (socket) => socket.end('HTTP/1.1 200 OK\r\nX-A'),
      'the connection was closed without an answer',
    ],
    [
      'the end in the body',
      (socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx'),
      'the connection was closed before the body ended',
    ],
    [
      'the end in a chunk',
      (socket) => socket.end('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nx'),
      'the connection was closed before the body ended',
    ],
    ['a reset', (socket) => socket.resetAndDestroy(), 'the connection was reset'],
    ['something else', (socket) => socket.end('SSH-2.0-OpenSSH_9.2\r\n'), 'the answer is not HTTP'],
    [
      'huge headers',
      (socket) => socket.write(`HTTP/1.1 200 OK\r\n${'X-A: 0123456789\r\n'.repeat(2000)}`),
      'headers of more than 16 KiB',
    ],
    [
      'one endless header',
      (socket) => socket.write(`HTTP/1.1 200 OK\r\nX-A: ${'x'.repeat(100_000)}`),
      'headers of more than 16 KiB',
    ],
  ])('ends in time after %s', async (_, answer, reason) => {
    const target = { body: compilePattern('x{50}'), timeout: 0.3 };
    const result = await check(answer, target);
    expect(result).toEqual({ ok: false, reason });
  });

  it('says that a connection is refused', async () => {
    const probe = httpProbe({ ...usual, port: await closedPort() });
    expect(await probe(never)).toEqual({ ok: false, reason: 'connection refused' });
  });

  it('opens a connection for each check, and keeps none', async () => {
    const open = new Set<Socket>();
    let opened = 0;
    const port = await serve((socket) => {
      opened += 1;
      open.add(socket);
      socket.on('close', () => open.delete(socket));
      socket.on('data', () => socket.write(answerOf(200)));
    });
    const probe = httpProbe({ ...usual, port });
    await probe(never);
    await probe(never);
    expect(opened).toBe(2);
    await until(() => open.size === 0);
  });

  it('is called off at once', async () => {
    const port = await serve(() => {});
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 20);
    const result = await httpProbe({ ...usual, port, timeout: 300 })(controller.signal);
    expect(result).toEqual({ ok: null, reason: 'called off' });
  });
});

/** One byte every 20 ms, without end. */
function drip(socket: Socket, first: string): void {
  socket.write(first);
  const timer = setInterval(() => socket.write('x'), 20);
  socket.on('close', () => clearInterval(timer));
}
