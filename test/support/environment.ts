/*
 * Before each test file: variables of the caller's that change what lvs does or prints. A test that needs one sets it.
 */
const theirs = [
  'CI',
  'NO_COLOR',
  'FORCE_COLOR',
  'COLUMNS',
  'LVS_CONFIG',
  'LVS_ROUTER',
  'SSH_CONNECTION',
  'SUDO_UID',
  'SUDO_USER',
];

for (const name of theirs) delete process.env[name];
