import type { Settings } from '../../config/edit/render.ts';
import { fromPerl } from '../../patterns/lacking.ts';
import type { Warnings } from '../warnings.ts';
import type { Statement } from './blocks.ts';
import type { Times } from './checks.ts';
import { Keywords, shown, wrong } from './keywords.ts';

/** What is checked and how, without times and port; null: there is no such check, which is told. */
export function readSubject(
  statement: Statement,
  keywords: Keywords,
  times: Times,
  warnings: Warnings,
): Settings | null {
  const { keyword, place } = statement;
  switch (keyword) {
    case 'TCP_CHECK':
      return { tcp: true };
    case 'HTTP_GET':
    case 'SSL_GET':
      return http(statement, keywords, times, warnings);
    case 'MISC_CHECK':
      return misc(statement, keywords, warnings);
    case 'DNS_CHECK': {
      const [name = '.'] = keywords.one('name')?.words ?? [];
      const [type = 'SOA'] = keywords.one('type')?.words ?? [];
      return { dns: name, record: type };
    }
    case 'SMTP_CHECK': {
      keywords.one('helo_name');
      for (const host of keywords.all('host'))
        warnings.add(host.place, shown(host), 'the check goes to the real server itself');
      warnings.add(place, shown(statement), 'lvs does not speak SMTP: only whether a connection opens is checked');
      return { tcp: true };
    }
    default:
      for (const inner of [
        'payload',
        'require_reply',
        'min_reply_length',
        'max_reply_length',
        'track_file',
        'weight',
        'dynamic',
        'name',
      ]) {
        keywords.one(inner);
      }
      warnings.add(place, shown(statement), 'not made: lvs has no such check');
      return null;
  }
}

function http(statement: Statement, keywords: Keywords, times: Times, warnings: Warnings): Settings | null {
  const [url, ...others] = keywords.all('url');
  const secure = statement.keyword === 'SSL_GET';
  const sni = keywords.flag('enable_sni') ?? false;
  const sniName = keywords.one('sni_name')?.words[0];
  for (const other of others) warnings.add(other.place, shown(other), 'not asked for: a check has one path, the first');
  if (url === undefined) {
    warnings.add(
      statement.place,
      shown(statement),
      'not made: there is no url in it, and keepalived does not make it either',
    );
    return null;
  }
  const inner = new Keywords(url.block);
  const [path = '/'] = inner.one('path')?.words ?? [];
  const host = inner.one('virtualhost')?.words[0] ?? times.virtualHost;
  const pattern = inner.one('regex');
  const reversed = (inner.flag('regex_no_match') ?? false) && pattern !== undefined;
  if (reversed)
    warnings.add(pattern.place, pattern.text, 'is not looked for: there are no patterns that must not match');
  const status = readStatus(inner, url, warnings);
  if (!/^\/\S*$/.test(path)) throw wrong(inner.one('path') ?? url, 'a path that begins with "/"');
  inner.unread({ digest: 'what is answered is not compared with a digest', ...regexOptions }, warnings);
  const name = sniName ?? (sni ? host?.replace(/:\d+$/, '') : undefined);
  return {
    [secure ? 'https' : 'http']: path,
    ...(host != null && { host }),
    ...(status !== null && { status }),
    // Turned round it would mean the opposite.
    ...(pattern?.words[0] !== undefined && !reversed && { body: fromPerl(pattern.words[0]) }),
    ...(secure && { verify: false }),
    ...(secure && name !== undefined && { 'tls-name': name }),
  };
}

const regexOptions = Object.fromEntries(
  ['regex_options', 'regex_stack', 'regex_min_offset', 'regex_max_offset', 'tls_compliant'].map((keyword) => [
    keyword,
    'patterns have no options: compare what comes of it',
  ]),
);

/** The status that it expects, where that is one. */
function readStatus(keywords: Keywords, url: Statement, warnings: Warnings): number | null {
  const statement = keywords.one('status_code');
  const [word = '', ...more] = statement?.words ?? [];
  if (statement === undefined) {
    if (keywords.one('digest') === undefined) {
      warnings.add(
        url.place,
        shown(url),
        'here an answer is good with a status from 200 to 399, there from 200 to 299',
      );
    }
    return null;
  }
  if (!statement.words.every((each) => /^[1-5]\d\d(-[1-5]\d\d)?$/.test(each)) || word === '')
    throw wrong(statement, 'status codes or ranges of them');
  if (more.length === 0 && !word.includes('-')) return Number(word);
  // lvs.yaml's own default.
  if (more.length === 0 && word === '200-399') return null;
  warnings.add(statement.place, statement.text, 'here an answer is good with one status, or with any from 200 to 399');
  return null;
}

function misc(statement: Statement, keywords: Keywords, warnings: Warnings): Settings | null {
  const path = keywords.one('misc_path');
  const timeout = keywords.seconds('misc_timeout', 0, 1_000_000);
  const dynamic = keywords.flag('misc_dynamic') ?? false;
  if (path === undefined) {
    warnings.add(statement.place, shown(statement), 'not made: there is no misc_path in it');
    return null;
  }
  const words = shellLike(path.words.join(' '));
  if (!words[0]?.startsWith('/')) throw wrong(path, 'the absolute path of a program, and its arguments');
  return {
    exec: words.length === 1 ? words[0] : words,
    ...(timeout !== undefined && timeout > 0 && { timeout }),
    ...(dynamic && { dynamic: true }),
  };
}

/** The words of a command; quotes and backslashes within them are taken away. */
function shellLike(command: string): string[] {
  const words: string[] = [];
  let word: string | null = null;
  let quote: string | null = null;
  for (let at = 0; at < command.length; at += 1) {
    const letter = command[at] ?? '';
    if (letter === '\\' && quote !== "'" && at + 1 < command.length) {
      at += 1;
      word = (word ?? '') + command[at];
    } else if (quote === letter) quote = null;
    else if (quote === null && (letter === "'" || letter === '"')) {
      quote = letter;
      word ??= '';
    } else if (quote === null && /\s/.test(letter)) {
      if (word !== null) words.push(word);
      word = null;
    } else word = (word ?? '') + letter;
  }
  return word === null ? words : [...words, word];
}
