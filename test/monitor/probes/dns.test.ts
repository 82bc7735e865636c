import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { decode, encode, type Packet } from 'dns-packet';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type DnsTarget, dnsProbe } from '../../../src/monitor/probes/dns.ts';
import { never } from '../support/servers.ts';

/** A stand-in server; `answer` makes datagrams of a query. @returns its port */
async function dnsServer(answer: (query: Packet) => Buffer[], address = '127.0.0.1'): Promise<number> {
  const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4');
  socket.on('message', (message, { address: from, port }) => {
    for (const reply of answer(decode(message))) socket.send(reply, port, from);
  });
  onTestFinished(() => void socket.close());
  socket.bind(0, address);
  await once(socket, 'listening');
  return socket.address().port;
}

const record = { type: 'A', name: 'www.example.org', data: '192.0.2.1', ttl: 5 } as const;

function reply({ id, questions }: Packet, rcode = 0, rest: Packet = {}): Buffer {
  return encode({ type: 'response', id: id ?? 0, questions: questions ?? [], flags: rcode, ...rest });
}

async function check(answer: (query: Packet) => Buffer[], target: Partial<DnsTarget> = {}) {
  const port = await dnsServer(answer, target.address);
  const usual = { address: '127.0.0.1', port, name: 'www.example.org', record: 'A', timeout: 0.3 } as const;
  return dnsProbe({ ...usual, ...target })(never);
}

describe('the dns check', () => {
  it.each(['127.0.0.1', '::1'])('passes where %s has the record', async (address) => {
    const queries: Packet[] = [];
    const answer = (query: Packet) => {
      queries.push(query);
      return [reply(query, 0, { answers: [record] })];
    };
    expect(await check(answer, { address })).toEqual({ ok: true });
    expect(queries).toMatchObject([{ type: 'query', questions: [{ name: 'www.example.org', type: 'A' }] }]);
  });

  it('asks for the type given, and fails where only others are there', async () => {
    const answer = (query: Packet) => [reply(query, 0, { answers: [record] })];
    expect(await check(answer, { record: 'AAAA' })).toEqual({ ok: false, reason: 'no AAAA record of www.example.org' });
    expect(await check((query) => [reply(query)])).toEqual({ ok: false, reason: 'no A record of www.example.org' });
  });

  it('passes where there is more than fits', async () => {
    expect(await check((query) => [reply(query, 0x0200)])).toEqual({ ok: true });
  });

  it.each([
    [1, 'the query was not understood (FORMERR)'],
    [2, 'the server failed (SERVFAIL)'],
    [3, 'there is no name www.example.org (NXDOMAIN)'],
    [5, 'the query was refused (REFUSED)'],
    [9, 'the server answered NOTAUTH'],
  ])('fails on response code %i', async (rcode, reason) => {
    expect(await check((query) => [reply(query, rcode)])).toEqual({ ok: false, reason });
  });

  it('waits for its own answer', async () => {
    const answer = (query: Packet) => [
      encode({ type: 'query', id: query.id ?? 0, questions: [] }),
      reply({ ...query, id: (query.id ?? 0) ^ 1 }, 2),
      Buffer.from('?'),
      reply(query, 0, { answers: [record] }),
    ];
    expect(await check(answer)).toEqual({ ok: true });
  });

  it('says that nothing came, or nothing of use', async () => {
    expect(await check(() => [])).toEqual({ ok: false, reason: 'no answer within 0.3 s' });
    expect(await check(() => [Buffer.from('?')])).toEqual({ ok: false, reason: 'the answer is not DNS' });
  });

  it('says that nobody is there', async () => {
    const socket = createSocket('udp4');
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    const { port } = socket.address();
    socket.close();
    await once(socket, 'close');
    const probe = dnsProbe({ address: '127.0.0.1', port, name: 'x.example', record: 'A', timeout: 2 });
    const result = await probe(never);
    expect(result).toEqual({ ok: false, reason: 'connection refused' });
  });

  it('bears any datagram', async () => {
    let datagram = Buffer.alloc(0);
    const port = await dnsServer((query) => {
      if (datagram.length >= 2) datagram.writeUInt16BE(query.id ?? 0);
      return [datagram];
    });
    const probe = dnsProbe({ address: '127.0.0.1', port, name: 'x.example', record: 'A', timeout: 0.02 });
    const header = Buffer.from([0, 0, 0x81, 0x80, 0, 0, 0, 1, 0, 0, 0, 0]);
    const junk = fc.tuple(fc.boolean(), fc.uint8Array({ maxLength: 60 }));
    await fc.assert(
      fc.asyncProperty(junk, async ([headed, bytes]) => {
        datagram = Buffer.concat([headed ? header : Buffer.alloc(0), bytes]);
        const result = await probe(never);
        expect(result.ok === false || result.ok === true).toBe(true);
      }),
    );
    // Names that point at themselves and at each other.
    for (const loop of [
      [0xc0, 12],
      [0xc0, 14, 0xc0, 12],
      [1, 97, 0xc0, 12],
    ]) {
      datagram = Buffer.concat([header, Buffer.from([...loop, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0])]);
      expect(await probe(never)).toEqual({ ok: false, reason: 'the answer is not DNS' });
    }
  });

  it.each([`${'x'.repeat(64)}.example`, 'x.'.repeat(128), 'a..b', '.a', ''])(
    'refuses the name "%s" before anything is checked',
    (name) => {
      const target = { address: '127.0.0.1', port: 53, name, record: 'A', timeout: 1 } as const;
      expect(() => dnsProbe(target)).toThrow(RangeError);
    },
  );

  it.each(['.', 'example.', `${'x'.repeat(63)}.example`, 'x.'.repeat(127), '_sip._udp.example.org'])(
    'asks for the name "%s"',
    async (name) => {
      const names: unknown[] = [];
      const answer = (query: Packet) => {
        names.push(query.questions?.[0]?.name);
        return [reply(query, 0, { answers: [{ ...record, name }] })];
      };
      expect(await check(answer, { name })).toEqual({ ok: true });
      expect(names).toEqual([name === '.' ? '.' : name.replace(/\.$/, '')]);
    },
  );

  it('is called off at once', async () => {
    const port = await dnsServer(() => []);
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 20);
    const probe = dnsProbe({ address: '127.0.0.1', port, name: 'x.example', record: 'A', timeout: 10 });
    expect(await probe(controller.signal)).toEqual({ ok: null, reason: 'called off' });
  });
});
