import type { Socket } from 'node:net';
import { Client, errors } from 'undici';
import { socketAddress } from '../../model/identity.ts';
import type { Pattern } from '../../patterns/pattern.ts';
import { attempt, noAnswerWithin } from './attempt.ts';
import { codeOf, resultOf } from './reasons.ts';
import { calledOff, failed, type Probe, type ProbeResult, passed } from './result.ts';
import { type Endpoint, hangUp, openSocket } from './sockets.ts';
import { connectTls, type TlsTarget, tlsResultOf, trustedBy } from './tls.ts';

export interface HttpTarget extends Endpoint {
  /** Begins with "/". */
  readonly path: string;
  /** The Host header; null: the address and port. */
  readonly host: string | null;
  /** The status expected; null: any from 200 to 399. A redirect is a status like others, and is not followed. */
  readonly status: number | null;
  /** What the body has to match, within its reach; null: the body is not read. */
  readonly body: Pattern | null;
  /** Null: http. */
  readonly tls: TlsTarget | null;
  /** Seconds, from opening the connection to the last byte that is read. */
  readonly timeout: number;
}

/** Bytes. */
const longestHeaders = 16_384;

/** Nothing of undici's own ends an attempt: the timeout is for all of it, and one connection is for one request. */
const untimed = { headersTimeout: 0, bodyTimeout: 0, maxHeaderSize: longestHeaders };

/**
 * Passes when a GET request gets the status and the body expected. Every check opens a connection of its own, to the real
 * server's own address. Without a body to match, the verdict falls when the headers are there.
 * Throws what node:tls throws where the certificates of `tls.ca` cannot be read.
 */
export function httpProbe(target: HttpTarget): Probe {
  const { timeout } = target;
  const origin = originOf(target);
  const open = opener(target);
  const headers = { 'user-agent': 'lvs-monitor', accept: '*/*', ...(target.host !== null && { host: target.host }) };
  const request = { method: 'GET' as const, path: target.path, headers, reset: true };
  return (signal) => {
    const answer = new Answer(target);
    const late = () =>
      failed(answer.begun ? `the answer was not complete within ${timeout} s` : noAnswerWithin(timeout));
    return attempt<ProbeResult>({ timeout, signal, late, calledOff }, (finish) => {
      const connection = open();
      const client = new Client(origin, {
        ...untimed,
        connect: (_, ready) => {
          // Once there is a connection, its faults are undici's to name.
          const fault = (error: Error) => finish(connection.resultOf(error));
          connection.socket.once('error', fault);
          connection.onReady(() => {
            connection.socket.off('error', fault);
            ready(null, connection.socket);
          });
        },
      });
      client.dispatch(request, {
        onRequestStart: () => {},
        onResponseStart: (_, status) => answer.start(status, finish),
        onResponseData: (_, chunk) => answer.add(chunk, finish),
        onResponseEnd: () => finish(answer.verdict()),
        onResponseError: (_, error) => finish(answer.broken(error)),
      });
      return () => {
        connection.close();
        client.destroy().catch(() => {});
      };
    });
  };
}

/** A connection on its way, and what belongs to its kind. */
interface Opening {
  readonly socket: Socket;
  onReady(ready: () => void): void;
  resultOf(error: Error): ProbeResult;
  close(): void;
}

function opener(target: HttpTarget): () => Opening {
  const { tls } = target;
  if (tls === null) {
    return () => {
      const socket = openSocket(target);
      const onReady = (ready: () => void) => void socket.once('connect', ready);
      return { socket, onReady, resultOf, close: () => hangUp(socket) };
    };
  }
  const trusted = trustedBy(tls);
  return () => {
    const socket = connectTls(target, tls, trusted);
    const onReady = (ready: () => void) => void socket.once('secureConnect', ready);
    return { socket, onReady, resultOf: (error) => tlsResultOf(error, tls), close: () => void socket.destroy() };
  };
}

function originOf({ address, port, tls }: HttpTarget): string {
  return `${tls === null ? 'http' : 'https'}://${socketAddress(address, port)}`;
}

/** What has come of an answer. */
class Answer {
  begun = false;
  private readonly target: HttpTarget;
  private readonly chunks: Buffer[] = [];
  private length = 0;

  constructor(target: HttpTarget) {
    this.target = target;
  }

  /** Informational answers (1xx) come before the one that counts. */
  start(status: number, finish: (result: ProbeResult) => void): void {
    if (status < 200) return;
    this.begun = true;
    const fault = this.wrongStatus(status);
    if (fault !== null) finish(failed(fault));
    else if (this.target.body === null) finish(passed);
  }

  add(chunk: Buffer, finish: (result: ProbeResult) => void): void {
    const reach = this.target.body?.reach ?? 0;
    this.chunks.push(chunk.subarray(0, reach - this.length));
    this.length += chunk.length;
    if (this.length >= reach) finish(this.verdict());
  }

  verdict(): ProbeResult {
    const { body } = this.target;
    if (body === null) return passed;
    const text = Buffer.concat(this.chunks).toString('utf8');
    if (body.matches(text)) return passed;
    const within = this.length > body.reach ? ` within its first ${Math.floor(body.reach / 1024)} KiB` : '';
    return failed(`the body does not match /${body.source}/${within}`);
  }

  broken(error: Error): ProbeResult {
    if (error instanceof errors.HeadersOverflowError)
      return failed(`headers of more than ${longestHeaders / 1024} KiB`);
    if (error instanceof errors.HTTPParserError) return failed('the answer is not HTTP');
    // In undici's words; it has no code of its own.
    if (error.message === 'bad upgrade') return failed('status 101, which was not asked for');
    const closed = error instanceof errors.SocketError || codeOf(error) === 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH';
    if (!closed) return resultOf(error);
    return failed(
      this.begun ? 'the connection was closed before the body ended' : 'the connection was closed without an answer',
    );
  }

  private wrongStatus(status: number): string | null {
    const { status: expected } = this.target;
    if (expected !== null) return status === expected ? null : `status ${status}, expected ${expected}`;
    return status >= 200 && status < 400 ? null : `status ${status}, expected 200 to 399`;
  }
}
