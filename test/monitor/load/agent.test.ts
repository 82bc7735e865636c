import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { agentProbe, longestLine } from '../../../src/monitor/load/agent.ts';
import { closedPort, never, serve, until } from '../support/servers.ts';

const tenMegabytes = Buffer.alloc(10_000_000, '5');

describe('the question to an agent', () => {
  it.each<[string, (socket: Socket) => unknown, string]>([
    ['a line', (socket) => socket.end('up 50%\n'), 'up 50%'],
    ['a line ended by CR', (socket) => socket.end('drain\r'), 'drain'],
    ['a line ended by both', (socket) => socket.end('maint # why\r\n'), 'maint # why'],
    ['a connection that stays open', (socket) => socket.write('75%\n'), '75%'],
    ['an empty line', (socket) => socket.end('\n50%\n'), ''],
    ['a line in pieces', (socket) => inPieces(socket, ['u', 'p 10', '%\n']), 'up 10%'],
    ['more than one line', (socket) => socket.end(`1%\n${'2%\n'.repeat(1000)}`), '1%'],
    ['the longest line', (socket) => socket.end(`${'x'.repeat(longestLine)}\n`), 'x'.repeat(longestLine)],
    ['bytes that are no text', (socket) => socket.end(Buffer.from([0xff, 0, 0x41, 10])), 'ÿ\0A'],
  ])('hears %s', async (_, say, line) => {
    const port = await serve(say);
    expect(await agentProbe({ address: '127.0.0.1', port, timeout: 2 })(never)).toEqual({ line });
  });

  it.each<[string, (socket: Socket) => unknown, string]>([
    ['silence', () => {}, 'no answer within 0.3 s'],
    ['half a line, and silence', (socket) => socket.write('50'), 'the line was not complete within 0.3 s'],
    ['half a line, and the end', (socket) => socket.end('50%'), 'the connection was closed within a line'],
    ['the end at once', (socket) => socket.end(), 'the connection was closed without a line'],
    ['a reset', (socket) => socket.resetAndDestroy(), 'the connection was reset'],
    ['10 MB without an end', (socket) => socket.end(tenMegabytes), 'no end of line within 1024 bytes'],
    ['a line too long', (socket) => socket.end(`${'x'.repeat(longestLine + 1)}\n`), 'no end of line within 1024 bytes'],
    [
      'a line too long, in pieces',
      (socket) => inPieces(socket, ['x'.repeat(longestLine), 'x\n']),
      'no end of line within 1024 bytes',
    ],
    ['a slow drip', (socket) => drip(socket), 'the line was not complete within 0.3 s'],
  ])('hears nothing from %s', async (_, say, reason) => {
    const port = await serve(say);
    const answer = await agentProbe({ address: '127.0.0.1', port, timeout: 0.3 })(never);
    expect(answer).toEqual({ line: null, reason });
  });

  it('ends the connection to one that does not stop', async () => {
    const open = new Set<Socket>();
    const port = await serve((socket) => {
      open.add(socket);
      socket.on('close', () => open.delete(socket)).write(tenMegabytes);
    });
    await agentProbe({ address: '127.0.0.1', port, timeout: 2 })(never);
    await until(() => open.size === 0);
  });

  it('says that a connection is refused, over IPv6, too', async () => {
    const port = await closedPort();
    for (const address of ['127.0.0.1', '::1']) {
      const answer = await agentProbe({ address, port, timeout: 1 })(never);
      expect(answer).toEqual({ line: null, reason: 'connection refused' });
    }
    const here = await serve((socket) => socket.end('up\n'), '::1');
    expect(await agentProbe({ address: '::1', port: here, timeout: 1 })(never)).toEqual({ line: 'up' });
  });
});

function inPieces(socket: Socket, pieces: readonly string[]): void {
  pieces.forEach((piece, index) => {
    setTimeout(() => socket.write(piece), index * 20);
  });
}

function drip(socket: Socket): void {
  const timer = setInterval(() => socket.write('x'), 20);
  socket.on('close', () => clearInterval(timer));
}
