/** What a unit of systemd that runs as root has beyond the least. */
export interface Rights {
  readonly capabilities: readonly string[];
  readonly families: readonly string[];
  /** Groups of system calls beside @system-service. */
  readonly calls: readonly string[];
  readonly home: 'yes' | 'read-only';
  /** Lines for this unit alone. */
  readonly more: readonly string[];
}

/**
 * The sandbox of a unit that runs as root. A call that is not allowed fails, for a process that is killed says nothing; all
 * units need the network.
 */
export function sandbox({ capabilities, families, calls, home, more }: Rights): string {
  return [
    `CapabilityBoundingSet=CAP_NET_ADMIN CAP_NET_RAW ${capabilities.join(' ')}`.trimEnd(),
    'NoNewPrivileges=yes',
    'ProtectSystem=strict',
    `ProtectHome=${home}`,
    'PrivateTmp=yes',
    'PrivateDevices=yes',
    'ProtectClock=yes',
    'ProtectControlGroups=yes',
    'ProtectHostname=yes',
    'ProtectKernelLogs=yes',
    `RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK ${families.join(' ')}`.trimEnd(),
    'RestrictNamespaces=yes',
    'RestrictRealtime=yes',
    'RestrictSUIDSGID=yes',
    'LockPersonality=yes',
    'SystemCallArchitectures=native',
    `SystemCallFilter=@system-service ${calls.join(' ')}`,
    'SystemCallErrorNumber=EPERM',
    ...more,
  ].join('\n');
}
