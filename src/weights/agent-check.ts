/** What one reply of an HAProxy agent-check says; null is what it does not speak of, which stays as it was. */
export interface AgentWord {
  readonly health: 'up' | 'down' | 'fail' | 'stopped' | null;
  readonly administration: 'ready' | 'drain' | 'maint' | null;
  /** Of the configured weight, 0 to 1000. */
  readonly percentage: number | null;
  /** What follows `#`; for people, cleaned and cut. */
  readonly remark: string | null;
  /** The first word that means nothing; cleaned and cut. */
  readonly unknown: string | null;
}

/** Characters in which the line must end: HAProxy's own buffer (tune.bufsize) has as many bytes. Readers need take no more. */
export const longestAgentReply = 16_384;

/** HAProxy takes up to 25600%, of at most 256 in all. Here it is ten times the configured weight, as for any load. */
export const highestPercentage = 1000;

const healthWords = ['up', 'down', 'fail', 'stopped'] as const;
const administrationWords = ['ready', 'drain', 'maint'] as const;

/**
 * Reads a reply as HAProxy's tcpcheck_agent_expect_reply does: one line up to the first CR or LF, words between blanks, tabs and
 * commas, in any case and order, of each kind the last; `#` at the beginning of a word starts a remark. `maxconn:N` has no
 * meaning here. Null where the line is not complete, which is to be ignored.
 */
export function parseAgentReply(reply: string): AgentWord | null {
  const end = reply.slice(0, longestAgentReply).search(/[\r\n\0]/);
  if (end === -1 || reply[end] === '\0') return null;
  const { words, remark } = split(reply.slice(0, end));
  const known = words.map((word) => ({ word, kind: kindOf(word) }));
  const last = (kind: Kind) => known.findLast((each) => each.kind === kind)?.word ?? null;
  const percentage = last('percentage');
  const share = percentage === null ? null : percentageOf(percentage);
  const unknown = known.find(({ kind }) => kind === null)?.word ?? (share === null ? percentage : null);
  return {
    health: member(healthWords, last('health')),
    administration: member(administrationWords, last('administration')),
    percentage: share,
    remark: remark === null ? null : forPeople(remark, 200),
    unknown: unknown === null ? null : forPeople(unknown, 40),
  };
}

function split(line: string): { words: string[]; remark: string | null } {
  const start = /(?:^|[ \t,])#/.exec(line);
  const before = start === null ? line : line.slice(0, start.index);
  const words = before.split(/[ \t,]+/).filter((word) => word !== '');
  const remark = start === null ? '' : line.slice(start.index + start[0].length).trim();
  return { words, remark: remark === '' ? null : remark };
}

type Kind = 'health' | 'administration' | 'percentage' | 'maxconn';

function kindOf(word: string): Kind | null {
  if (member(healthWords, word) !== null) return 'health';
  if (member(administrationWords, word) !== null) return 'administration';
  // Also one with more behind it: being the last it would be the one that counts, and then changes nothing.
  if (/^\d.*%/.test(word)) return 'percentage';
  return word.toLowerCase().startsWith('maxconn:') ? 'maxconn' : null;
}

function member<Word extends string>(words: readonly Word[], word: string | null): Word | null {
  return words.find((each) => each === word?.toLowerCase()) ?? null;
}

function percentageOf(word: string): number | null {
  const digits = /^(\d+)%$/.exec(word)?.[1];
  return digits === undefined ? null : Math.min(highestPercentage, Number(digits));
}

/** Whatever a real server sends goes to logs and terminals: without control characters, and not without end. */
function forPeople(text: string, longest: number): string {
  const clean = text.replaceAll(/[\p{C}\p{Zl}\p{Zp}]/gu, '\ufffd');
  return clean.length > longest ? `${clean.slice(0, longest)}…` : clean;
}
