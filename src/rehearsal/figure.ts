/** The cluster that is rehearsed where no lvs.yaml is given: two routers, one virtual server, two real servers. */
export const figureFile = `routers:
  lvs1: { ssh: root@192.168.1.11 }
  lvs2: { ssh: root@192.168.1.12 }

public:
  device: eth0
  prefix: 32
private:
  device: eth1
  nat-router: 192.168.1.254/32
  label: eth1:1

sync: { device: eth1, id: 7 }

virtual-servers:
  web:
    address: tcp://1.2.3.1:80
    scheduler: wrr
    label: eth0:1
    real-servers:
      - { address: 192.168.1.2, weight: 2 }
      - { address: 192.168.1.3, weight: 1 }
`;
