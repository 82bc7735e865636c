import { describe, expect, it } from 'vitest';
import { tcpProbe } from '../../../src/monitor/probes/tcp.ts';
import { closedPort, never, serve, unacceptingPort, until } from '../support/servers.ts';

describe('the tcp check', () => {
  it.each(['127.0.0.1', '::1'])('passes when a connection to %s opens', async (address) => {
    const port = await serve(() => {}, address);
    expect(await tcpProbe({ address, port, timeout: 1 })(never)).toEqual({ ok: true });
  });

  it('ends the connection with a reset', async () => {
    const errors: unknown[] = [];
    const port = await serve((socket) => socket.on('error', ({ message }) => errors.push(message)).resume());
    await tcpProbe({ address: '127.0.0.1', port, timeout: 1 })(never);
    await until(() => errors.length > 0);
    expect(errors).toEqual(['read ECONNRESET']);
  });

  it('says that a connection is refused', async () => {
    const port = await closedPort();
    const result = await tcpProbe({ address: '127.0.0.1', port, timeout: 1 })(never);
    expect(result).toEqual({ ok: false, reason: 'connection refused' });
  });

  it('does not wait longer than its timeout', async () => {
    const port = await unacceptingPort();
    const result = await tcpProbe({ address: '127.0.0.1', port, timeout: 0.2 })(never);
    expect(result).toEqual({ ok: false, reason: 'no answer within 0.2 s' });
  });

  it('is called off at once', async () => {
    const port = await unacceptingPort();
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 20);
    const result = await tcpProbe({ address: '127.0.0.1', port, timeout: 300 })(controller.signal);
    expect(result).toEqual({ ok: null, reason: 'called off' });
    expect(await tcpProbe({ address: '127.0.0.1', port, timeout: 300 })(controller.signal)).toEqual(result);
  });

  it('does not blame a real server for the time in which this process stood still', async () => {
    const port = await serve(() => {});
    const probe = tcpProbe({ address: '127.0.0.1', port, timeout: 0.1 });
    const result = new Promise((resolve) => {
      // Just before timers are looked at, and after the connection was begun, which takes a tick.
      setImmediate(() => {
        resolve(probe(never));
        process.nextTick(() => process.nextTick(standStill));
      });
    });
    expect(await result).toEqual({ ok: true });
  });

  it('never looks up a name', async () => {
    await expect(tcpProbe({ address: 'localhost', port: 1, timeout: 1 })(never)).rejects.toThrow(
      'not an IP address: localhost',
    );
  });
});

function standStill(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300);
}
