import type { Facts } from './runner.ts';

/** Reads what the agent's `facts` prints: a kind and a value a line. */
export function parseFacts(text: string): Facts {
  const lines = text.split('\n').map((line) => line.split(' '));
  const valuesOf = (kind: string) => lines.filter((words) => words[0] === kind).map((words) => words.slice(1));
  const [connection = []] = valuesOf('ssh');
  return {
    // SSH_CONNECTION: client address, client port, server address, server port.
    sessionAddress: connection[2] ?? null,
    missing: valuesOf('missing').flat(),
    arping: valuesOf('arping').flat().includes('habets') ? 'habets' : 'iputils',
    systemd: valuesOf('systemd').length > 0,
    rivals: [...new Set([...valuesOf('process'), ...valuesOf('file')].flat())],
  };
}
