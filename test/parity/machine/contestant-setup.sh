#!/bin/sh
# First process of a contestant, in new network and mount namespaces: a link to the process that started it, whose
# nameservers know the contestant by its address, and /etc of its lane. Then it becomes the rest of its arguments.
#
#   contestant-setup.sh ETC LANE NUMBER IPV6_HOST COMMAND...      IPV6_HOST: true without an IPv4 address
set -eu
etc=$1 lane=$2 number=$3 ipv6_host=$4
shift 4
hub=$PPID
peer=m$lane-$number

ip link set lo up
ip link add eth0 type veth peer name "$peer" netns "$hub"
ip link set eth0 addrgenmode none
ip addr add "fd78::$lane:$number/128" dev eth0 nodad
if [ "$ipv6_host" = false ]; then ip addr add "10.78.$lane.$number/32" dev eth0; fi
ip link set eth0 up
# A nameserver's IPv6 address is only found on the link that has it.
nsenter --net="/proc/$hub/ns/net" ip -batch - <<BATCH
link set $peer addrgenmode none
link set $peer up
addr add fd78::1/128 dev $peer nodad
addr add fd78::2/128 dev $peer nodad
addr add fd78::3/128 dev $peer nodad
route add fd78::$lane:$number dev $peer
BATCH
ip route add fd78::/112 dev eth0
if [ "$ipv6_host" = false ]; then
  ip route add 10.78.0.0/24 dev eth0
  nsenter --net="/proc/$hub/ns/net" ip route add "10.78.$lane.$number" dev "$peer"
fi
mount --bind "$etc" /etc
exec "$@"
