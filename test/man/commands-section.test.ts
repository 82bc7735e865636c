import { expect, test } from 'vitest';
import type { ManifestCommand, ManifestOption } from '../../src/command-line/manifest.ts';
import { commandsSection } from '../../src/man/commands-section.ts';

const json: ManifestOption = {
  name: 'json',
  type: 'boolean',
  helpGroup: 'COMMON',
  summary: 'Print one JSON document.',
};
const diff: ManifestCommand = { id: 'diff', aliases: [], args: {}, flags: { json }, summary: 'Show what differs.' };
const vipAdd: ManifestCommand = {
  id: 'vip:add',
  aliases: [],
  summary: 'Declare a virtual server.',
  description: 'First sentence. Second one with a \\.\n\n.A paragraph of its own.',
  args: { address: { name: 'address', required: true, description: 'Where it is.' } },
  flags: {
    json,
    scheduler: {
      name: 'scheduler',
      char: 's',
      type: 'option',
      options: ['rr', 'wlc'],
      default: 'wlc',
      summary: 'How.',
    },
    color: { name: 'color', type: 'boolean', allowNo: true, summary: 'In colour.' },
    secret: { name: 'secret', type: 'boolean', hidden: true },
  },
  examples: [
    '<%= config.bin %> <%= command.id %> 1.2.3.1:80',
    {
      description: 'Two.',
      command: '<%= config.bin %> diff\n<%= config.bin %> <%= command.id %> 1.2.3.1:81 --name -x',
    },
    '<%= config.bin %> <%= command.id %> 1.2.3.1:443',
  ],
};

test('common options come first, then the commands in order, each with what is its own', () => {
  expect(commandsSection({ commands: { 'vip:add': vipAdd, diff } }).join('\n')).toBe(
    String.raw`.Sh COMMON OPTIONS
Those of these that a command takes may stand behind its name or before it:
.Bl -tag -width Ds
.It Fl -json
Print one JSON document.
.It Fl h , Fl -help
Explain the command, or list the commands.
.It Fl -version
Print the version, without a command.
.El
.Sh COMMANDS
.Ss diff
.Nm lvs Cm diff
.Op Fl -json
.Pp
Show what differs.
.Ss vip add
.Nm lvs Cm vip add
.Ar ADDRESS
.Op Fl -scheduler Ar SCHEDULER
.Op Fl -[no-]color
.Op Fl -json
.Pp
Declare a virtual server.
.Pp
First sentence.
Second one with a \e.
.Pp
\&.A paragraph of its own.
.Bl -tag -width Ds
.It Ar ADDRESS
Where it is.
.It Fl s Ar SCHEDULER , Fl -scheduler Ar SCHEDULER
How.
One of: rr, wlc.
Default: wlc.
.It Fl -[no-]color
In colour.
.El
.Pp
For example:
.Bd -literal -offset indent
lvs vip add 1.2.3.1:80
lvs vip add 1.2.3.1:443
.Ed
.Pp
Two.
.Bd -literal -offset indent
lvs diff
lvs vip add 1.2.3.1:81 \-\-name \-x
.Ed`,
  );
});

test('hidden commands are left out', () => {
  expect(commandsSection({ commands: { diff, old: { ...diff, id: 'old', hidden: true } } }).join('\n')).not.toContain(
    'old',
  );
});
