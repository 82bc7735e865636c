import { attempt, noAnswerWithin } from '../probes/attempt.ts';
import { firstLine, reasonOf } from '../probes/reasons.ts';
import { calledOff, type Probe } from '../probes/result.ts';
import { type Endpoint, openSocket } from '../probes/sockets.ts';

export interface AgentTarget extends Endpoint {
  /** Seconds. */
  readonly timeout: number;
}

/** What an agent said, without the end of the line; or why nothing was heard, which changes nothing. */
export type AgentAnswer = { readonly line: string } | { readonly line: null; readonly reason: string };

/** Bytes. */
export const longestLine = 1024;

/** Asks a real server's own agent: one connection, and one line from it that CR or LF ends (HAProxy's agent-check). */
export function agentProbe(target: AgentTarget): Probe<AgentAnswer> {
  const { timeout } = target;
  return (signal) => {
    let heard = Buffer.alloc(0);
    const late = () =>
      silence(heard.length > 0 ? `the line was not complete within ${timeout} s` : noAnswerWithin(timeout));
    return attempt({ timeout, signal, late, calledOff: silence(calledOff.reason) }, (finish) => {
      const socket = openSocket(target);
      socket.on('data', (chunk: Buffer) => {
        heard = Buffer.concat([heard, chunk.subarray(0, longestLine + 1)]);
        const line = /^[^\r\n]*(?=[\r\n])/.exec(heard.toString('latin1'))?.[0];
        if (line !== undefined && line.length <= longestLine) finish({ line });
        else if (heard.length > longestLine) finish(silence(`no end of line within ${longestLine} bytes`));
      });
      socket.on('end', () => {
        finish(
          silence(
            heard.length > 0 ? 'the connection was closed within a line' : 'the connection was closed without a line',
          ),
        );
      });
      socket.on('error', (error) => finish(silence(reasonOf(error) ?? firstLine(error.message))));
      return () => void socket.destroy();
    });
  };
}

function silence(reason: string): AgentAnswer {
  return { line: null, reason };
}
