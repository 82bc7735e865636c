// The packages whose code a build brings along, with their licence texts: THIRD-PARTY-NOTICES, and the same for Debian.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const licenceFile = /^(?:licen[cs]e|copying|notice)(?:[.-].*)?$/i;

/** The packages that modules belong to, sorted; modules of our own belong to none. */
export function packagesOf(moduleIds) {
  const folders = moduleIds.map((id) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(id)?.[0]);
  return [...new Set(folders.filter((folder) => folder !== undefined))]
    .map(packageIn)
    .sort((a, b) => a.name.localeCompare(b.name, 'en') || a.version.localeCompare(b.version, 'en'));
}

function packageIn(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const text = readdirSync(folder)
    .filter((file) => licenceFile.test(file))
    .sort()
    .map((file) => readFileSync(join(folder, file), 'utf8').replaceAll('\r\n', '\n').trim())
    .join('\n\n');
  if (typeof license !== 'string' || text === '') throw new Error(`${name} ${version} has no licence, or not its text`);
  return { name, version, license, text };
}

export function notices(packages) {
  const head = `This program contains code of ${packages.length} other packages, under these licences.\n`;
  const parts = packages.map(
    ({ name, version, license, text }) => `${'-'.repeat(78)}\n${name} ${version} (${license})\n\n${text}\n`,
  );
  return [head, ...parts].join('\n');
}

/** Debian's machine-readable form: DEP-5. Texts of one licence differ by their owners, so each has a name of its own. */
export function debianCopyright(own, packages) {
  const named = packages.map((each) => ({
    ...each,
    licence: `${word(each.license)}-${word(each.name)}-${each.version}`,
  }));
  const stanzas = [
    [
      'Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/',
      'Upstream-Name: lvsadm',
      'Source: https://www.npmjs.com/package/lvsadm',
    ],
    ['Files: *', `Copyright: ${owners(own)}`, `License: MIT\n${indented(own.trim())}`],
    [
      'Files: usr/lib/lvsadm/dist/*',
      `Copyright: ${[own, ...packages.map(({ text }) => text)].map(owners).join('\n ')}`,
      `License: ${['MIT', ...named.map(({ licence }) => licence)].join(' and ')}`,
      `Comment: These files contain code of\n${packages.map(({ name, version }) => ` ${name} ${version}`).join('\n')}`,
    ],
    ...named.map(({ licence, text }) => [`License: ${licence}\n${indented(text)}`]),
  ];
  return `${stanzas.map((fields) => fields.join('\n')).join('\n\n')}\n`;
}

function word(text) {
  return text.replaceAll(/[^\w.+]+/g, '-').replaceAll(/^-|-$/g, '');
}

/** The lines of a licence that say whose it is. */
function owners(text) {
  const lines = text.split('\n').map((line) => line.trim());
  const found = lines.filter((line) => /^(?:copyright\b.*\d{4}|copyright \(c\)|\(c\) |©)/i.test(line));
  return found.length === 0 ? 'its authors, as its licence says' : found.join('\n ');
}

function indented(text) {
  return text
    .split('\n')
    .map((line) => (line.trim() === '' ? ' .' : ` ${line.trimEnd()}`))
    .join('\n');
}
