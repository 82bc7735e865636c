/**
 * The unit of systemd that runs a monitor, with no more rights than it takes: weights are the network's administration
 * (CAP_NET_ADMIN), decisions stand in /run/lvs, and keys of ssh are read from the home directory. V8 makes code as it runs,
 * which MemoryDenyWriteExecute= would forbid.
 * @param program by its absolute path
 */
export function monitorUnit(program: string): string {
  return `# Written by "lvs export systemd": /etc/systemd/system/lvs-monitor.service on each router.
# A program of an exec check that needs more rights than these gets them here.
[Unit]
Description=Linux Virtual Server: health checks, and weights that follow health and load
Documentation=man:lvsadm(8) man:lvs.yaml(5)
After=network-online.target lvs-boot.service
Wants=network-online.target
ConditionPathExists=/etc/lvs/lvs.yaml

[Service]
Type=notify
NotifyAccess=all
ExecStart=${/\s/.test(program) ? `"${program}"` : program} monitor --config /etc/lvs/lvs.yaml
Restart=always
RestartSec=1
WatchdogSec=30
# What was decided outlives the monitor, and the next one goes on from it.
RuntimeDirectory=lvs
RuntimeDirectoryPreserve=yes
LimitNOFILE=8192
UMask=0022
CapabilityBoundingSet=CAP_NET_ADMIN
NoNewPrivileges=yes
ProtectSystem=strict
ProtectHome=read-only
PrivateTmp=yes
PrivateDevices=yes
ProtectClock=yes
ProtectControlGroups=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service

[Install]
WantedBy=multi-user.target
`;
}
