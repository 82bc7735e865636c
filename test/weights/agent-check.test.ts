import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { longestAgentReply, parseAgentReply } from '../../src/weights/agent-check.ts';

const silence = { health: null, administration: null, percentage: null, remark: null, unknown: null };

describe('every word of the protocol', () => {
  test.each([
    ['up\n', { health: 'up' }],
    ['down\n', { health: 'down' }],
    ['fail\n', { health: 'fail' }],
    ['stopped\n', { health: 'stopped' }],
    ['ready\n', { administration: 'ready' }],
    ['drain\n', { administration: 'drain' }],
    ['maint\n', { administration: 'maint' }],
    ['75%\n', { percentage: 75 }],
    ['0%\n', { percentage: 0 }],
    ['100%\n', { percentage: 100 }],
    ['maxconn:30\n', {}],
    ['MaxConn:30\n', {}],
    ['\n', {}],
  ])('%j', (reply, said) => {
    expect(parseAgentReply(reply)).toEqual({ ...silence, ...said });
  });
});

describe('how words are put together', () => {
  test.each([
    ['any case', 'UP Drain 50%\n', { health: 'up', administration: 'drain', percentage: 50 }],
    ['any order', '50% drain up\n', { health: 'up', administration: 'drain', percentage: 50 }],
    ['commas and tabs', ',,up,\t ready\t,80%,\n', { health: 'up', administration: 'ready', percentage: 80 }],
    ['CR and LF', 'up\r\n', { health: 'up' }],
    ['CR alone', 'up\rdown', { health: 'up' }],
    ['the first line alone', 'up\ndown 10%\n', { health: 'up' }],
    [
      'of each kind the last',
      'up down fail ready maint 10% 20%\n',
      { health: 'fail', administration: 'maint', percentage: 20 },
    ],
    ['what follows a line without LF', 'up\r75%', { health: 'up' }],
  ])('%s', (_, reply, said) => {
    expect(parseAgentReply(reply)).toEqual({ ...silence, ...said });
  });
});

describe('remarks', () => {
  test.each([
    ['of a failure', 'down # disk full, call Bob\n', { health: 'down', remark: 'disk full, call Bob' }],
    ['without blanks', 'down #disk\n', { health: 'down', remark: 'disk' }],
    ['at the beginning', '# up\n', { remark: 'up' }],
    ['after a comma', 'down,#disk\n', { health: 'down', remark: 'disk' }],
    ['empty', 'down #\n', { health: 'down' }],
    ['with one more', 'down # a # b\n', { health: 'down', remark: 'a # b' }],
    ['a sharp within a word is none', 'down#disk\n', { unknown: 'down#disk' }],
    ['control characters are replaced', 'down # a\u001b[31mb\n', { health: 'down', remark: 'a\ufffd[31mb' }],
  ])('%s', (_, reply, said) => {
    expect(parseAgentReply(reply)).toEqual({ ...silence, ...said });
  });

  test('long ones are cut', () => {
    expect(parseAgentReply(`down # ${'x'.repeat(1000)}\n`)?.remark).toBe(`${'x'.repeat(200)}…`);
  });
});

describe('percentages', () => {
  test.each([
    ['over 100', '250%\n', 250, null],
    ['over 1000 is 1000', '1001%\n', 1000, null],
    ['beyond any number', `${'9'.repeat(400)}%\n`, 1000, null],
    ['leading zeros', '007%\n', 7, null],
    ['a fraction', '7.5%\n', null, '7.5%'],
    ['two signs', '75%%\n', null, '75%%'],
    ['no sign', '75\n', null, '75'],
    ['no number', '%\n', null, '%'],
    ['a negative one', '-5%\n', null, '-5%'],
    // HAProxy: the last is the one that counts, and is refused.
    ['a good one before a bad one', '50% 7.5%\n', null, '7.5%'],
    ['a bad one before a good one', '7.5% 50%\n', 50, null],
  ])('%s', (_, reply, percentage, unknown) => {
    expect(parseAgentReply(reply)).toEqual({ ...silence, percentage, unknown });
  });
});

describe('what is ignored', () => {
  test.each([
    ['nothing', ''],
    ['half a line', 'down'],
    ['half a line with a remark', 'down # disk'],
    ['a NUL before the end', 'down\0\n'],
    ['a line too long', `${' '.repeat(longestAgentReply)}down\n`],
    ['megabytes', 'x'.repeat(10_000_000)],
  ])('%s', (_, reply) => {
    expect(parseAgentReply(reply)).toBeNull();
  });

  test('garbage among words, but its beginning is told', () => {
    const said = parseAgentReply(`up GET / ${'y'.repeat(100)} 20%\n`);
    expect(said).toEqual({ ...silence, health: 'up', percentage: 20, unknown: 'GET' });
    expect(parseAgentReply(`${'y'.repeat(100)}\n`)?.unknown).toBe(`${'y'.repeat(40)}…`);
  });
});

test('whatever is sent, what comes of it is within the protocol', () => {
  const word = fc.oneof(
    fc.constantFrom('up', 'DOWN', 'maint', '50%', '#', ' ', '\t', ',', '\n', '\r', '\0', 'maxconn:1', '9'.repeat(30)),
    fc.string({ unit: 'binary' }),
  );
  fc.assert(
    fc.property(fc.array(word, { maxLength: 12 }), (parts) => {
      const reply = parts.join('');
      const said = parseAgentReply(reply);
      expect(said === null).toBe(!/^[^\0\r\n]*[\r\n]/.test(reply.slice(0, longestAgentReply)));
      if (said === null) return;
      const { percentage, remark, unknown } = said;
      if (percentage !== null) expect(percentage >= 0 && percentage <= 1000 && Number.isInteger(percentage)).toBe(true);
      expect((remark ?? '').length).toBeLessThanOrEqual(201);
      expect(`${remark}${unknown}`).not.toMatch(/\p{Cc}/u);
    }),
    { numRuns: 2000 },
  );
});
