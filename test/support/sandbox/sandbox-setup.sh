#!/bin/sh
# First process inside the new namespaces: builds the network and a private /etc, then runs the rest of its arguments
# and stays behind as their parent, so that orphans of the pid namespace have somebody to collect them.
#
#   sandbox-setup.sh DIR LOOPBACK_ONLY IPV6 COMMAND...      DIR: an empty folder; LOOPBACK_ONLY, IPV6: 0 or 1
set -eu
dir=$1 loopback_only=$2 ipv6=$3
shift 3

ip link set lo up
if [ "$loopback_only" = 0 ]; then
  ip link add sandbox0 type veth peer name sandbox1
  # No fe80:: addresses: which families AI_ADDRCONFIG sees is decided by the two lines below alone.
  ip link set sandbox0 addrgenmode none
  ip link set sandbox1 addrgenmode none
  ip addr add 10.77.0.1/24 dev sandbox0
  if [ "$ipv6" = 1 ]; then ip addr add fd77::1/64 dev sandbox0 nodad; fi
  ip link set sandbox0 up
  ip link set sandbox1 up
fi
if [ "$ipv6" = 0 ]; then ip -6 addr flush dev lo; fi

# A host name without a dot: glibc takes a search domain from one that has it.
echo sandbox 2>/dev/null >/proc/sys/kernel/hostname || true

# The machine's /etc is copied and the copy mounted over it: symbolic links and missing files need no special case,
# and no write reaches the machine. What this user cannot read (shadow) stays out.
mount -t tmpfs -o mode=755,size=512m sandbox "$dir"
cp -a /etc "$dir/etc" 2>/dev/null || true
start=$PWD
cd "$dir/etc"
rm -f resolv.conf hosts nsswitch.conf gai.conf
echo 'nameserver 127.0.0.1' >resolv.conf
cat >hosts <<'HOSTS'
127.0.0.1 localhost
::1 localhost ip6-localhost ip6-loopback
127.0.1.1 sandbox
HOSTS
cat >nsswitch.conf <<'NSSWITCH'
passwd: files
group: files
hosts: files dns
networks: files
protocols: files
services: files
NSSWITCH
echo '# The order of RFC 6724, as built into the C library.' >gai.conf
mkdir "$dir/original"
cp resolv.conf hosts nsswitch.conf gai.conf "$dir/original"
cd "$start"
mount --bind "$dir/etc" /etc

# A name service cache daemon would be reached through its UNIX socket, which a network namespace does not cut.
for socket_dir in /run/nscd /var/run/nscd; do
  if [ -d "$socket_dir" ]; then mount -t tmpfs nscd "$socket_dir"; fi
done

status=0
"$@" || status=$?
exit "$status"
