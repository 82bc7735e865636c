/** How ssh is spoken here: not with the key exchange that costs an emulated processor most. */
export const keyExchange = 'ecdh-sha2-nistp256,curve25519-sha256';

export const sshOptions = [
  'BatchMode=yes',
  'StrictHostKeyChecking=yes',
  'LogLevel=ERROR',
  'ConnectTimeout=20',
  'ServerAliveInterval=5',
  'ServerAliveCountMax=24',
  `KexAlgorithms=${keyExchange}`,
];
