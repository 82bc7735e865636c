/** Writes one document: as JSON, or in its human view, where that has anything to say. */
export function print(document: object, human: () => string, json: boolean): void {
  const text = json ? JSON.stringify(document) : human();
  if (text !== '') process.stdout.write(`${text}\n`);
}
