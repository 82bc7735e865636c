import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inKernel, type KernelPlace } from '../support/in-kernel.ts';
import type { Shot } from './scenes.ts';
import { svgOf } from './svg.ts';

/** Takes the pictures in a rehearsal kernel, and writes them to man/pictures. */
export async function makePictures(place: KernelPlace): Promise<void> {
  const say = (line: string) => process.stderr.write(`${line}\n`);
  const shots = await inKernel<Readonly<Record<string, Shot>>>(place, {}, say);
  const folder = join(place.root, 'man/pictures');
  await mkdir(folder, { recursive: true });
  for (const [name, shot] of Object.entries(shots)) {
    const file = join(folder, `${name}.svg`);
    const picture = svgOf(shot);
    await writeFile(file, picture);
    say(`man/pictures/${name}.svg: ${Buffer.byteLength(picture)} bytes`);
  }
}
