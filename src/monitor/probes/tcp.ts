import { attempt, noAnswerWithin } from './attempt.ts';
import { resultOf } from './reasons.ts';
import { calledOff, failed, type Probe, type ProbeResult, passed } from './result.ts';
import { type Endpoint, hangUp, openSocket } from './sockets.ts';

export interface TcpTarget extends Endpoint {
  /** Seconds. */
  readonly timeout: number;
}

/** Passes when a connection opens. */
export function tcpProbe(target: TcpTarget): Probe {
  const { timeout } = target;
  const late = () => failed(noAnswerWithin(timeout));
  return (signal) =>
    attempt<ProbeResult>({ timeout, signal, late, calledOff }, (finish) => {
      const socket = openSocket(target);
      socket.once('connect', () => finish(passed)).once('error', (error) => finish(resultOf(error)));
      return () => hangUp(socket);
    });
}
