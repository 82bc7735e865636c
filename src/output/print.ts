/** Writes one document: as JSON, or in its human view. */
export function print(document: object, human: () => string, json: boolean): void {
  process.stdout.write(`${json ? JSON.stringify(document) : human()}\n`);
}
