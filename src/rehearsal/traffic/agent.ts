import { createInterface } from 'node:readline';
import type { AgentReply, AgentRequest } from './agent-protocol.ts';
import { sendBurst } from './burst.ts';
import { generateTraffic, type Traffic } from './generator.ts';

/**
 * The client's traffic agent: one long-lived program in the client's network, because starting one for every question takes
 * longer than the question. It reads requests, one line of JSON each, and answers each with one. It ends with its input.
 */
let traffic: Traffic | null = null;

for await (const line of createInterface({ input: process.stdin })) {
  const request = JSON.parse(line) as AgentRequest;
  const reply: AgentReply = { id: request.id, result: await perform(request) };
  process.stdout.write(`${JSON.stringify(reply)}\n`);
}
process.exit();

async function perform(request: AgentRequest): Promise<unknown> {
  switch (request.action) {
    case 'burst':
      return sendBurst(request.endpoints, request.requests, request.caller);
    case 'start':
      traffic = generateTraffic(request.options, request.phase);
      return null;
    case 'mark':
      traffic?.mark(request.phase);
      return null;
    case 'stop': {
      const summaries = await traffic?.stop();
      traffic = null;
      return summaries ?? [];
    }
  }
}
