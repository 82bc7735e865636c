/** A file that uses every section and every style, with remarks everywhere. */
export const example = `# The shop's cluster.
routers:                          # at most two, in order of preference; omitted: this machine alone
  lvs1: { ssh: [root@192.168.1.11, root@1.2.3.11] }
  lvs2: { ssh: admin@192.168.1.12, sudo: true, devices: { eth0: ens3 } }   # sudo -n; eth0 is called ens3 there

public:
  device: eth0                    # virtual server addresses are aliased to it
  prefix: 32                      # of the IPv4 floating addresses there; IPv6 ones are /128
private:
  device: eth1
  nat-router: 192.168.1.254/32    # the real servers' default route; one, or a list (IPv4 and IPv6)
  label: eth1:1

sync: { device: eth1, id: 7 }     # IPVS connection synchronisation; omitted: none

failover:
  engine: manual                  # manual | keepalived
  advert-interval: 0.1            # keepalived: seconds
  virtual-router-id: 51
  boot: wait                      # manual: wait | claim
  control: [service, keepalived]  # keepalived: start, reload or stop is appended

timeouts: { tcp: 900, tcp-fin: 120, udp: 300 }                 # ipvsadm --set; omitted: left alone
settings: { expire_nodest_conn: 1, expire_quiescent_template: 1 }   # net.ipv4.vs.*; omitted: left alone

virtual-servers:
  web:                            # a name to use on the command line
    address: tcp://1.2.3.1:80     # tcp:// udp:// sctp:// with [v6]:port
    scheduler: sh                 # default wlc
    device: eth2                  # this address on a device of its own
    label: eth2:1                 # the alias's label
    persistent: 300               # seconds
    one-packet: false             # UDP
    flags: [sh-port]              # scheduler flags
    persistence-engine: sip
    forward: masq                 # for its real servers: masq | direct | tunnel
    state: enabled                # enabled | disabled (declared, not in the kernel)
    check: { http: /health, status: 200, interval: 2s, timeout: 1s, rise: 2, fall: 3 }   # or tcp, https, exec, dns
    load: { agent: 3333 }         # dynamic weights
    sorry-server: 192.168.1.9:80
    real-servers:
      - 192.168.1.2               # short form: the virtual server's port, weight 1
      - { address: 192.168.1.3:8080, weight: 2, upper-threshold: 500, lower-threshold: 400 }
      - { address: 192.168.1.4, state: drain }     # weight 0, kept across runs

  # Names
  dns6: {address: "udp://[2001:db8::53]:53", 'one-packet': true,   real-servers: ["2001:db8:1::2" , {address: "[2001:db8:1::3]:5353"}] }   # flow

  mark:
      address: fwmark:7
      floating:
      - 1.2.3.7
      - 1.2.3.8
      forward: tunnel
      tunnel: { type: gue, port: 6080, checksum: csum }
      real-servers:
      - address: 10.0.0.2
        weight: 3     # strong
        # a remark within
      -   address: 192.168.1.22
# the end
`;
