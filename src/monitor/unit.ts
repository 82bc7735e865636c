import { sandbox } from '../plan/files/sandbox.ts';

/**
 * The rights of a monitor: weights are the network's administration (CAP_NET_ADMIN), checks may ping (CAP_NET_RAW), decisions
 * stand in /run/lvs, and keys of ssh are read from the home directory. V8 makes code as it runs, which MemoryDenyWriteExecute=
 * would forbid; official builds of Node protect it with pkey_alloc(2), which is not in @system-service.
 */
const rights = sandbox({
  capabilities: [],
  families: [],
  calls: ['@pkey'],
  home: 'read-only',
  more: ['ProtectKernelModules=yes', 'ProtectKernelTunables=yes'],
});

/**
 * The unit of systemd that runs a monitor, with no more rights than it takes.
 * @param program by its absolute path
 */
export function monitorUnit(program: string): string {
  return `# Written by "lvs export systemd": /etc/systemd/system/lvs-monitor.service on each router.
# Programs of exec checks have the rights below, too: root in this sandbox, with CAP_NET_RAW for ping(8).
# One that needs more gets it in a file of your own: systemctl edit lvs-monitor.service
[Unit]
Description=Linux Virtual Server: health checks, and weights that follow health and load
Documentation=man:lvsadm(8) man:lvs.yaml(5)
After=network-online.target lvs-boot.service
Wants=network-online.target
ConditionPathExists=/etc/lvs/lvs.yaml
# However often it fails, it is started again: real servers are checked as soon as what was wrong is fixed.
StartLimitIntervalSec=0

[Service]
Type=notify
NotifyAccess=all
ExecStart=${/\s/.test(program) ? `"${program}"` : program} monitor --config /etc/lvs/lvs.yaml
Restart=always
RestartSec=2
WatchdogSec=30
# What was decided outlives the monitor, and the next one goes on from it.
RuntimeDirectory=lvs
RuntimeDirectoryMode=0700
RuntimeDirectoryPreserve=yes
LimitNOFILE=8192
UMask=0022
${rights}

[Install]
WantedBy=multi-user.target
`;
}
