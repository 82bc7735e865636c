import * as z from 'zod/mini';
import type { Decision, Decisions, ServerDecisions } from './decisions.ts';

const decisionSchema = z.object({
  configured: z.int().check(z.gte(0)),
  weight: z.int().check(z.gte(0)),
  present: z.boolean(),
  health: z.enum(['up', 'down', 'unknown']),
  agent: z.nullable(z.enum(['drain', 'maint', 'down'])),
  load: z.number().check(z.gte(0)),
  ramp: z.nullable(z.iso.datetime()),
  since: z.iso.datetime(),
  reason: z.string(),
}) satisfies z.ZodMiniType<Decision>;

const serverSchema = z.object({
  key: z.string(),
  sorry: z.boolean(),
  realServers: z.array(z.extend(decisionSchema, { key: z.string() })),
});

const fileSchema = z.object({
  version: z.literal(1),
  pid: z.int().check(z.gte(1)),
  updated: z.iso.datetime(),
  virtualServers: z.array(serverSchema),
});

/** The decisions as they stand in the file. */
export function renderDecisions({ pid, updated, virtualServers }: Decisions): string {
  const servers = [...virtualServers].map(([key, { sorry, realServers }]) => ({
    key,
    sorry,
    realServers: [...realServers].map(([real, decision]) => ({ key: real, ...decision })),
  }));
  return `${JSON.stringify({ version: 1, pid, updated, virtualServers: servers })}\n`;
}

/** Reads the file. What cannot be understood is `null`, with why; of a text that was cut the last brace is missing. */
export function parseDecisions(text: string): { readonly decisions: Decisions | null; readonly fault: string | null } {
  let written: unknown;
  try {
    written = JSON.parse(text);
  } catch {
    return { decisions: null, fault: text === '' ? 'it is empty' : 'it is no whole JSON document' };
  }
  const { data, error } = fileSchema.safeParse(written);
  if (data === undefined) {
    const [issue] = error.issues;
    const place = issue?.path.join('.') ?? '';
    return {
      decisions: null,
      fault: `${place === '' ? '' : `${place}: `}${issue?.message ?? 'it is not as expected'}`,
    };
  }
  const { pid, updated, virtualServers } = data;
  const servers = virtualServers.map(({ key, sorry, realServers }): [string, ServerDecisions] => [
    key,
    { sorry, realServers: new Map(realServers.map(({ key: real, ...decision }) => [real, decision])) },
  ]);
  return { decisions: { pid, updated, virtualServers: new Map(servers) }, fault: null };
}
