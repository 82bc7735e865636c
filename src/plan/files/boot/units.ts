/**
 * The rights that the boot script takes, and no others: addresses and IPVS (CAP_NET_ADMIN), ARP (CAP_NET_RAW), the module ip_vs
 * (CAP_SYS_MODULE), sysctl settings, and files in /run.
 */
const sandbox = `CapabilityBoundingSet=CAP_NET_ADMIN CAP_NET_RAW CAP_SYS_MODULE
NoNewPrivileges=yes
ProtectSystem=strict
ReadWritePaths=/run
ProtectHome=yes
ProtectProc=invisible
PrivateTmp=yes
PrivateDevices=yes
ProtectClock=yes
ProtectControlGroups=yes
ProtectHostname=yes
ProtectKernelLogs=yes
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK AF_PACKET
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
MemoryDenyWriteExecute=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service @module
SystemCallErrorNumber=EPERM`;

/**
 * It ends at once, so that nothing waits long that comes after it. What rolls back files of a run that was not confirmed writes
 * wherever that run did, and has the rights of root for it.
 */
export function bootUnit(script: string): string {
  return `[Unit]
Description=Linux Virtual Server: rules, settings and connection synchronisation
Documentation=man:lvsadm(8)
Wants=network-online.target
After=network-online.target
Before=keepalived.service

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStartPre=-+/bin/sh ${script} recover
ExecStart=/bin/sh ${script}
${sandbox}

[Install]
WantedBy=multi-user.target
`;
}

/** In the background from the start: nothing that boots waits for it. */
export function claimUnit(script: string): string {
  return `[Unit]
Description=Linux Virtual Server: floating addresses that nobody holds
Documentation=man:lvsadm(8)
Wants=lvs-boot.service
After=lvs-boot.service

[Service]
Type=simple
RemainAfterExit=yes
ExecStart=/bin/sh ${script} claim
${sandbox}

[Install]
WantedBy=multi-user.target
`;
}
