#!/bin/sh
# First process of a contestant, in new network and mount namespaces: a link to the process that started it, whose
# nameservers know the contestant by its address, and /etc of its lane. Then it becomes the rest of its arguments.
#
#   contestant-setup.sh ETC LANE NUMBER COMMAND...
set -eu
etc=$1 lane=$2 number=$3
shift 3
hub=$PPID
peer=m$lane-$number

ip link set lo up
ip link add eth0 type veth peer name "$peer" netns "$hub"
ip link set eth0 addrgenmode none
ip addr add "10.78.$lane.$number/32" dev eth0
ip addr add "fd78::$lane:$number/128" dev eth0 nodad
ip link set eth0 up
ip route add 10.78.0.0/24 dev eth0
nsenter --net="/proc/$hub/ns/net" sh -c "
  ip link set $peer addrgenmode none
  ip link set $peer up
  ip route add 10.78.$lane.$number dev $peer"
mount --bind "$etc" /etc
exec "$@"
