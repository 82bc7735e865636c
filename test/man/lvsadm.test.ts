import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { readManifest } from '../../src/command-line/manifest.ts';
import { commandsSection } from '../../src/man/commands-section.ts';
import { withGeneratedPart } from '../../src/man/generated-part.ts';

const checkout = fileURLToPath(new URL('../..', import.meta.url));
const page = `${checkout}/man/lvsadm.8`;

test('lvsadm(8) says what the commands are (where it does not: npm run man)', async () => {
  const current = withGeneratedPart(readFileSync(page, 'utf8'), commandsSection(readManifest(checkout)));
  await expect(current).toMatchFileSnapshot(page);
});

test('a command that is not in the page is noticed', () => {
  const manifest = readManifest(checkout);
  const [command] = Object.values(manifest.commands);
  if (command === undefined) throw new Error('no commands');
  const more = { commands: { ...manifest.commands, brandNew: { ...command, id: 'brandNew' } } };
  expect(withGeneratedPart(readFileSync(page, 'utf8'), commandsSection(more))).not.toBe(readFileSync(page, 'utf8'));
});
