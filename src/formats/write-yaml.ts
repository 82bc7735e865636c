import { blockPair, flow, flowPair, type Settings, type Value } from '../config/edit/render.ts';
import { documentOf } from './document.ts';
import type { Imported } from './imported.ts';
import { warningText } from './warnings.ts';

/** Said beside sections, as `lvs init` does. */
const remarks: Readonly<Record<string, string>> = {
  routers: '# the first is preferred while neither is active',
  public: '# virtual server addresses become aliases of it',
  private: "# the real servers' network; nat-router is their default route",
  sync: '# the routers tell each other their connections',
  failover: '# who moves the floating addresses',
};

/**
 * The text of an lvs.yaml. What has no counterpart stands at the head, so that whoever reads the file knows; `left` is what
 * could be declared and is not, as comments at its end.
 */
export function importedText(imported: Imported, left: readonly string[] = []): string {
  const document = documentOf(imported);
  // A file needs something in it, and this is where it goes on.
  const none = imported.virtualServers.length === 0 ? ['virtual-servers:'] : [];
  const parts = [heading(imported), remarksOn(imported), ...sectionsOf(document), none, left];
  const texts = parts.filter((lines) => lines.length > 0).map((lines) => `${lines.join('\n')}\n`);
  return texts.join('\n');
}

function heading({ format, file }: Imported): string[] {
  return [
    `# A Linux Virtual Server cluster, imported from ${oneLine(file)} (${format}); the format is described in lvs.yaml(5).`,
    '# "lvs validate" checks this file, "lvs diff" shows what it would change, "lvs apply" changes it.',
  ];
}

function remarksOn({ warnings, file }: Imported): string[] {
  if (warnings.length === 0) return [];
  const lines = warnings.map((warning) => {
    const { place } = warning;
    const text =
      place?.file === file ? `line ${place.line}: ${warningText({ ...warning, place: null })}` : warningText(warning);
    return `# - ${oneLine(text)}`;
  });
  return ['# What is different here, or could not be taken over:', ...lines];
}

function sectionsOf(document: Settings): string[][] {
  return Object.entries(document).map(([name, value]) => {
    const remark = remarks[name];
    const head = remark === undefined ? `${name}:` : `${name}:`.padEnd(32) + remark;
    const lines = Object.entries(value as Settings);
    if (name === 'virtual-servers') return [head, ...lines.flatMap(([key, server]) => virtualServerLines(key, server))];
    return [head, ...lines.map(([key, inner]) => `  ${flowPair(key, inner)}`)];
  });
}

/** One virtual server as an entry of `virtual-servers`. */
export function virtualServerLines(name: string, server: Value): string[] {
  const pairs = Object.entries(server as Settings);
  return [`  ${flow(name)}:`, ...pairs.flatMap(([key, value]) => blockPair(key, value, 4, 2))];
}

/** Comments end with their line, and control characters are no YAML. */
function oneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cs}\u2028\u2029\ufeff\ufffe\uffff]/gu, ' ');
}
