import * as z from 'zod/mini';
import { dnsRecords } from '../../model/dns-records.ts';
import { bodyPatternProblem, jitterProblem } from '../words/check.ts';
import { duration, endpoint, text, wholeNumber, word, yesOrNo } from './leaves.ts';

/** What says how a virtual server is monitored, and what comes of it. */

const absolutePath = (description: string) =>
  text(description, 'an absolute path', (value) => (value.startsWith('/') ? null : { allowed: 'an absolute path' }), {
    pattern: '^/',
  });

const program = absolutePath('An absolute path; it is run without a shell.');

const words = z.array(z.string('text'), 'a program, or a list of a program and its arguments').check(
  z.minLength(1, 'a program and its arguments'),
  z.refine((list) => list[0]?.startsWith('/') ?? true, 'a list that begins with an absolute path'),
);

const urlPath = text(
  'Path to ask for.',
  'a path that begins with "/"',
  (value) => (/^\/\S*$/.test(value) ? null : { allowed: 'a path that begins with "/", without blanks' }),
  { pattern: '^/\\S*$' },
);

/** Text without blanks and without what would end a name in a URL or a header. */
const name = (description: string, example: string) =>
  text(description, 'a name', (value) => (/^[^\s/@?#]+$/.test(value) ? null : { allowed: 'a name without blanks' }), {
    pattern: '^[^\\s/@?#]+$',
    examples: [example],
  });

const pattern = text(
  "http, https: a regular expression in RE2's syntax that the body must match.",
  'a regular expression',
  (value) => bodyPatternProblem(value),
);

const jitter = text(
  'Share of the interval by which checks come earlier or later at random. Default: 10%.',
  'a share from 0% to 50%, such as 10%',
  jitterProblem,
  { pattern: '^([0-9]|[1-4][0-9]|50)%$', examples: ['10%'] },
);

const kinds = 'tcp, or a mapping with one of tcp, http, https, exec, dns';

const checkMapping = z
  .strictObject(
    {
      tcp: z.optional(yesOrNo('true: healthy when a connection opens.')),
      http: z.optional(urlPath),
      https: z.optional(urlPath),
      exec: z.optional(
        z
          .union([program, words], 'a program, or a list of a program and its arguments')
          .check(z.describe('Program to run, with arguments as a list; healthy when it exits 0.')),
      ),
      dns: z.optional(name('Name to ask for; healthy when there is an answer.', 'www.example.com')),
      port: z.optional(
        wholeNumber(1, 65535, "tcp, http, https, dns: the port to check. Default: the real server's own."),
      ),
      host: z.optional(name("http, https: the Host header. Default: the real server's address.", 'www.example.com')),
      status: z.optional(wholeNumber(100, 599, 'http, https: the status expected. Default: any from 200 to 399.')),
      body: z.optional(pattern),
      'tls-name': z.optional(
        name(
          "https: the server's name, for SNI and for its certificate. Default: that of host, else the real server's address.",
          'www.example.com',
        ),
      ),
      ca: z.optional(absolutePath("https: PEM file of the certificates that are trusted. Default: the system's.")),
      verify: z.optional(yesOrNo('https: false accepts any certificate. Default: true.')),
      dynamic: z.optional(
        yesOrNo(
          "exec: true is keepalived's misc_dynamic: exit status 0 is healthy, 1 is not, 2 to 255 is healthy with that weight less 2. Default: false.",
        ),
      ),
      record: z.optional(word(dnsRecords, 'dns: type of the record to ask for. Default: A.')),
      interval: z.optional(duration(0.1, 3600, 'Time between checks. Default: 2s.')),
      timeout: z.optional(duration(0.1, 3600, 'Time after which a check has failed. Default: 1s.')),
      jitter: z.optional(jitter),
      rise: z.optional(wholeNumber(1, 1000, 'Successes in a row after which a real server is up. Default: 2.')),
      fall: z.optional(wholeNumber(1, 1000, 'Failures in a row after which it is down. Default: 3.')),
    },
    kinds,
  )
  .check(z.describe('Exactly one of tcp, http, https, exec, dns, and its options.'));

const check = z
  .union([word(['tcp'], 'Healthy when a connection opens.'), checkMapping], kinds)
  .check(z.describe('How lvs monitor checks the real servers. Default: not at all.'));

const user = text(
  'ssh: the user there. Default: as ssh_config(5) says.',
  "a user's name",
  (value) => (/^[A-Za-z0-9._][A-Za-z0-9._+-]*$/.test(value) ? null : { allowed: "a user's name" }),
  { pattern: '^[A-Za-z0-9._][A-Za-z0-9._+-]*$' },
);

const load = z
  .strictObject(
    {
      agent: z.optional(wholeNumber(1, 65535, 'Port of an HAProxy agent-check on the real servers.')),
      ssh: z.optional(word(['uptime'], 'uptime: load averages and numbers of processors, read over ssh.')),
      user: z.optional(user),
      port: z.optional(wholeNumber(1, 65535, 'ssh: the port there. Default: as ssh_config(5) says.')),
      interval: z.optional(duration(0.1, 3600, 'Time between readings. Default: 2s, with ssh 5s.')),
    },
    'a mapping with agent or ssh',
  )
  .check(
    z.describe(
      'Where dynamic load information comes from: exactly one of agent, ssh. Default: weights stay as stated.',
    ),
  );

/** In the order in which edits write them. */
export const monitoringKeys = {
  check: z.optional(check),
  load: z.optional(load),
  'on-failure': z.optional(
    word(['quiesce', 'remove'], 'What becomes of a real server that is down: weight 0, or removal. Default: quiesce.'),
  ),
  'slow-start': z.optional(
    duration(0.1, 86_400, 'Time in which the weight of one that comes back rises from a tenth. Default: none.'),
  ),
  'when-all-fail': z.optional(
    word(
      ['closed', 'open'],
      'When all real servers are down and there is no sorry server: closed leaves them so, open treats them as if they were up. Default: closed.',
    ),
  ),
  'sorry-server': z.optional(endpoint('Server that takes over when no real server is left.')),
};
