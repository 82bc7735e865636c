// npm run pictures: types what the README's pictures show in a rehearsal kernel, and draws them anew in man/pictures.
import { bundle } from '../support/bundle.mjs';

const { fileOf, ...files } = await bundle('lvs-pictures', {
  outside: 'test/pictures/outside.ts',
  inside: 'test/pictures/inside.ts',
});
const { makePictures } = await import(fileOf('outside'));
await makePictures({ ...files, inside: fileOf('inside') });
