// npm run test:machines [-- WORDS… OPTIONS]: experiments on two booted machines in QEMU; WORDS select experiments by their names.
import { join } from 'node:path';
import { bundle } from '../support/bundle.mjs';

const folder = 'test/machines';
const { fileOf, root } = await bundle('lvs-machines', {
  main: join(folder, 'main.ts'),
  'real-server': join(folder, 'lab/programs/real-server.ts'),
  'traffic-client': join(folder, 'lab/programs/traffic-client.ts'),
});
const { main } = await import(fileOf('main'));
const places = { root, realServer: fileOf('real-server'), trafficClient: fileOf('traffic-client') };
process.exitCode = await main(process.argv.slice(2), places);
// Child processes that were left to themselves do not keep it alive.
process.exit();
