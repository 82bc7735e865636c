import { createServer, type TlsOptions } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { type HttpTarget, httpProbe } from '../../../src/monitor/probes/http.ts';
import { compilePattern } from '../../../src/patterns/pattern.ts';
import { Authority, type Certificate } from '../support/certificates.ts';
import { listen, never, serve } from '../support/servers.ts';

let authority: Authority;
let other: Authority;
let good: Certificate;
beforeAll(() => {
  authority = new Authority();
  other = new Authority();
  good = authority.issue('DNS:www.example.org');
});
afterAll(() => {
  authority.remove();
  other.remove();
});

/** Checks www.example.org, whose certificates `authority` vouches for, at a server that has the certificate given. */
async function check(
  certificate: TlsOptions,
  tls: Partial<NonNullable<HttpTarget['tls']>> = {},
  names: unknown[] = [],
) {
  const server = createServer(certificate, (socket) => {
    names.push(socket.servername);
    socket.on('error', () => {}).once('data', () => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\nhealthy'));
  });
  server.on('tlsClientError', () => {});
  onTestFinished(() => void server.close());
  const port = await listen(server);
  return httpProbe({
    address: '127.0.0.1',
    port,
    path: '/',
    host: 'host.example.org',
    status: 200,
    body: compilePattern('^healthy$'),
    tls: { name: 'www.example.org', ca: authority.pem, verify: true, ...tls },
    timeout: 2,
  })(never);
}

describe('the https check', () => {
  it('passes where the certificate is for the name, which it asks for', async () => {
    const names: unknown[] = [];
    expect(await check(good, {}, names)).toEqual({ ok: true });
    expect(names).toEqual(['www.example.org']);
  });

  it('passes, without a name, where the certificate is for the address, and asks for no name', async () => {
    const names: unknown[] = [];
    expect(await check(authority.issue('IP:127.0.0.1'), { name: null }, names)).toEqual({ ok: true });
    expect(names).toEqual([false]);
    expect(await check(good, { name: null })).toEqual({
      ok: false,
      reason: 'certificate is for www.example.org, not for its address',
    });
  });

  it('fails where the certificate is for another name', async () => {
    expect(await check(authority.issue('DNS:other.example'))).toEqual({
      ok: false,
      reason: 'certificate is for other.example, not for www.example.org',
    });
    const many = await check(authority.issue('DNS:a.example,DNS:b.example,DNS:c.example,DNS:d.example'));
    expect(many).toMatchObject({
      reason: 'certificate is for a.example, b.example, c.example, …, not for www.example.org',
    });
  });

  it('fails where nobody known vouches for it', async () => {
    const reason = 'its certificate is of an unknown authority';
    expect(await check(other.issue('DNS:www.example.org'))).toEqual({ ok: false, reason });
    expect(await check(good, { ca: null })).toEqual({ ok: false, reason });
  });

  it('fails where it has expired', async () => {
    expect(await check(authority.issue('DNS:www.example.org', true))).toEqual({
      ok: false,
      reason: 'its certificate has expired',
    });
  });

  it('takes any certificate where it is told to', async () => {
    expect(await check(other.issue('DNS:other.example', true), { verify: false })).toEqual({ ok: true });
  });

  it.each([
    ['http', 'HTTP/1.1 400 Bad Request\r\n\r\n', 'it does not speak TLS there'],
    ['nothing', '', 'the connection was closed during the TLS handshake'],
  ])('says so where the server speaks %s', async (_, words, reason) => {
    const port = await serve((socket) => socket.once('data', () => socket.end(words)));
    const tls = { name: null, ca: null, verify: true };
    const target = { address: '127.0.0.1', port, path: '/', host: null, status: 200, body: null, tls, timeout: 2 };
    expect(await httpProbe(target)(never)).toEqual({ ok: false, reason });
  });

  it('refuses what is no certificate before anything is checked', () => {
    const tls = { name: null, ca: 'nonsense', verify: true };
    const target = { address: '127.0.0.1', port: 1, path: '/', host: null, status: 200, body: null, tls, timeout: 2 };
    expect(() => httpProbe(target)).toThrow();
  });
});
