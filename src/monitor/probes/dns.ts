import { randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import { type DecodedPacket, decode, encode, RECURSION_DESIRED, type RecordType } from 'dns-packet';
import { attempt, noAnswerWithin } from './attempt.ts';
import { resultOf } from './reasons.ts';
import { calledOff, failed, type Probe, type ProbeResult, passed } from './result.ts';
import type { Endpoint } from './sockets.ts';

export interface DnsTarget extends Endpoint {
  /** The name asked for. */
  readonly name: string;
  /** Type of the record that has to be there. */
  readonly record: RecordType;
  /** Seconds. */
  readonly timeout: number;
}

/**
 * Passes when the real server itself answers a query over UDP with a record of the type asked for, or with the beginning of
 * many. Throws RangeError where `name` cannot be a name.
 */
export function dnsProbe({ address, port, name, record, timeout }: DnsTarget): Probe {
  if (!isName(name)) throw new RangeError(`not a name in DNS: ${name}`);
  const query = encode({ type: 'query', id: 0, flags: RECURSION_DESIRED, questions: [{ type: record, name }] });
  return (signal) => {
    let unreadable = false;
    const late = () => failed(unreadable ? 'the answer is not DNS' : noAnswerWithin(timeout));
    return attempt<ProbeResult>({ timeout, signal, late, calledOff }, (finish) => {
      const id = randomInt(65_536);
      query.writeUInt16BE(id, 0);
      const socket = createSocket(isIPv6(address) ? 'udp6' : 'udp4');
      socket.on('error', (error) => finish(resultOf(error)));
      socket.on('message', (message) => {
        const answer = decoded(message);
        // Somebody else's answer may come before the right one.
        if (answer === null) unreadable = true;
        else if (answer.type === 'response' && answer.id === id) finish(verdictOn(answer, name, record));
      });
      // Connected, so that only this server is heard, and a refusal, too.
      socket.connect(port, address, () => socket.send(query));
      return () => void socket.close();
    });
  };
}

/** Of labels with at most 63 bytes, together at most 255 as they are sent; "." is the root. */
function isName(name: string): boolean {
  if (name === '.') return true;
  const labels = name
    .replace(/\.$/, '')
    .split('.')
    .map((label) => Buffer.byteLength(label));
  const length = labels.reduce((sum, label) => sum + label + 1, 1);
  return length <= 255 && labels.every((label) => label >= 1 && label <= 63);
}

/** Its types leave out what the answer is. */
type Answer = DecodedPacket & { readonly rcode: string };

function decoded(message: Buffer): Answer | null {
  try {
    return decode(message) as Answer;
  } catch {
    return null;
  }
}

/** What DNS calls its failures. */
const words: Readonly<Record<string, string>> = {
  FORMERR: 'the query was not understood (FORMERR)',
  SERVFAIL: 'the server failed (SERVFAIL)',
  NOTIMP: 'not implemented (NOTIMP)',
  REFUSED: 'the query was refused (REFUSED)',
};

function verdictOn({ rcode, answers = [], flag_tc: truncated }: Answer, name: string, record: RecordType): ProbeResult {
  if (rcode === 'NXDOMAIN') return failed(`there is no name ${name} (NXDOMAIN)`);
  if (rcode !== 'NOERROR') return failed(words[rcode] ?? `the server answered ${rcode}`);
  return truncated || answers.some(({ type }) => type === record) ? passed : failed(`no ${record} record of ${name}`);
}
