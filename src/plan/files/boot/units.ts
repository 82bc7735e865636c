import { sandbox } from '../sandbox.ts';

/**
 * The rights that the boot script takes beside those for addresses, IPVS and ARP: the module ip_vs (CAP_SYS_MODULE), sysctl
 * settings, and files in /run.
 */
const rights = sandbox({
  capabilities: ['CAP_SYS_MODULE'],
  families: ['AF_PACKET'],
  calls: ['@module'],
  home: 'yes',
  more: ['ReadWritePaths=/run', 'ProtectProc=invisible', 'MemoryDenyWriteExecute=yes'],
});

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
${rights}

[Install]
WantedBy=multi-user.target
`;
}

/** In the background from the start: nothing that boots waits for it. */
export function claimUnit(script: string): string {
  return `[Unit]
Description=Linux Virtual Server: enable floating addresses that no router has
Documentation=man:lvsadm(8)
Wants=lvs-boot.service
After=lvs-boot.service

[Service]
Type=simple
RemainAfterExit=yes
ExecStart=/bin/sh ${script} claim
${rights}

[Install]
WantedBy=multi-user.target
`;
}
