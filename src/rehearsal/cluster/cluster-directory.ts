/** Where the cluster keeps its files, on a tmpfs of the rehearsal kernel that routers see too. */
export const clusterDirectory = '/tmp/lvs-cluster';
