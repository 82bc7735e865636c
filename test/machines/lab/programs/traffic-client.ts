import { get } from 'node:http';
import { connect } from 'node:net';
import type { Traffic } from '../traffic.ts';

/**
 * Arguments: HOST RATE STREAMS. New connections to port 80 at that rate, and long-lived ones to port 7000, until SIGTERM; then a
 * summary in JSON on standard output.
 */
const [host = '', rate = '10', streams = '5'] = process.argv.slice(2);
const patience = 15_000;
const requests: { at: number; answered: number | null; failed: string | null }[] = [];

function request(): void {
  const entry = { at: Date.now(), answered: null as number | null, failed: null as string | null };
  requests.push(entry);
  const fail = (why: string) => {
    if (entry.answered === null) entry.failed ??= why;
  };
  const sent = get({ host, port: 80, agent: false, timeout: patience }, (response) => {
    response.resume();
    response.on('end', () => {
      if (entry.failed === null) entry.answered = Date.now();
    });
    response.on('error', (error: NodeJS.ErrnoException) => fail(error.code ?? error.message));
  });
  sent.on('timeout', () => {
    fail('TIMEOUT');
    sent.destroy();
  });
  sent.on('error', (error: NodeJS.ErrnoException) => fail(error.code ?? error.message));
}

let broken = 0;
let stopping = false;
function stream(): void {
  const socket = connect({ host, port: 7000 });
  let ended = false;
  const lose = () => {
    if (!ended && !stopping) broken += 1;
    ended = true;
  };
  socket.setNoDelay();
  socket.on('data', () => {});
  socket.on('error', lose);
  socket.on('close', lose);
  setInterval(() => ended || socket.write('x'), 100);
}

function summary(): Traffic {
  const answers = requests.flatMap(({ answered }) => answered ?? []).sort((one, other) => one - other);
  const silences = answers.slice(1).map((at, index) => at - (answers[index] ?? at));
  const errors: Record<string, number> = {};
  for (const { failed } of requests) if (failed !== null) errors[failed] = (errors[failed] ?? 0) + 1;
  return {
    requests: requests.length,
    answered: answers.length,
    failed: Object.values(errors).reduce((sum, count) => sum + count, 0),
    errors,
    longestSilence: Math.max(0, ...silences),
    streams: Number(streams),
    broken,
  };
}

for (let count = 0; count < Number(streams); count += 1) stream();
const timer = setInterval(request, 1000 / Number(rate));
process.on('SIGTERM', () => {
  clearInterval(timer);
  // Those under way get their time.
  setTimeout(() => {
    stopping = true;
    process.stdout.write(`${JSON.stringify(summary())}\n`, () => process.exit(0));
  }, 3000);
});
