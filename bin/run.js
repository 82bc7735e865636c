#!/usr/bin/env node
import module from 'node:module';
import { homedir, userInfo } from 'node:os';
import { fileURLToPath } from 'node:url';

// Node's own choice is below /tmp, and under sudo $HOME may be another user's: who writes there would decide what root runs.
const home = process.geteuid() === 0 ? userInfo().homedir : homedir();
module.enableCompileCache?.(`${home}/.cache/lvs`);

const { main } = await import('../dist/index.js');
await main(fileURLToPath(new URL('..', import.meta.url)));
