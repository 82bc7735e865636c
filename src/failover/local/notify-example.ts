/*
 * How keepalived calls the two halves, in a form that the kernel tests run. Scripts for each state (`notify_master` and its like)
 * run side by side, and whoever comes last need not have been started last; the FIFO keeps the order.
 */

export const keepalivedExample = `global_defs {
    script_user root
    enable_script_security
    vrrp_notify_fifo /run/lvs-notify
    vrrp_notify_fifo_script /etc/keepalived/lvs-notify
}
vrrp_instance lvs {
    interface eth1
    virtual_router_id 51
    virtual_ipaddress {
        192.168.1.250/32
    }
}`;

/** keepalived gives what it started a second to end, and kills it then; and systemd tells all of a service to end. */
export const notifyExample = `#!/bin/bash
# Brings the floating addresses to where keepalived says, one state after the other. Its argument is keepalived's FIFO.
# It must outlive keepalived, which at last says STOP.
[ "$2" = apart ] || exec setsid -f "$0" "$1" apart
trap '' TERM HUP
# Only root may open the lock.
umask 077
exec <"$1" >>/var/log/lvs-notify 2>&1 9>"$1.lock"
# After a reload there are two for a moment.
flock 9
master=
while read -r kind name state priority; do
    case "$kind $name $state" in
        'INSTANCE "lvs" MASTER') master=yes;;
        'INSTANCE "lvs" '[BFSD]*) master=; /usr/local/bin/lvsadm release </dev/null 9>&-;;
    esac
    # Who is master no more when its turn comes takes nothing over: another one has the addresses by then.
    [ -z "$master" ] || read -t 0 || { master=; /usr/local/bin/lvsadm takeover </dev/null 9>&-; }
done`;
