#!/bin/bash
# The lab, seen from inside: builds this network in the namespaces it was started in and runs a command in
# the pod.
#
#   pod 10.244.0.2 --- node: routing, conntrack, DNAT of 10.96.0.10 --- three DNS servers 10.244.{1,2,3}.2
#
# run-in-lab.ts starts it as the first process of new network, mount and process namespaces, so that all of
# it ends with this script. Input: the LAB_* variables (see run-in-lab.ts). Output: "name number" lines on
# descriptor 3.
set -euo pipefail
cd "$(dirname "$0")"

readonly SERVERS='1 2 3'
readonly SERVICE=10.96.0.10     # the cluster's DNS address, as in resolv.conf
readonly DEAD_SERVICE=10.96.0.66 # swallows all it gets
readonly NODE_MAC=02:00:0a:f4:00:01

# Private copies of the files the resolver reads; a private /run keeps the names of "ip netns" to ourselves
# and hides the sockets of nscd and systemd-resolved.
private_files() {
  mount -t tmpfs tmpfs /run
  mkdir /run/netns /run/lab
  replace_file /etc/resolv.conf "$LAB_RESOLV_CONF"
  replace_file /etc/nsswitch.conf 'hosts: files dns'
  replace_file /etc/hosts '127.0.0.1 localhost'
}

# Distributions link resolv.conf into /run: then the target is gone now, and made anew in our own /run.
replace_file() {
  local target copy=/run/lab/${1##*/}
  target=$(realpath -m "$1")
  echo "$2" >"$copy"
  if [[ $target == /run/* ]]; then
    mkdir -p "${target%/*}"
    touch "$target"
  fi
  mount --bind "$copy" "$target"
}

node_settings() {
  ip link set lo up
  echo 1 >/proc/sys/net/ipv4/ip_forward
  # The detour below brings the pod's packets in on a second interface.
  echo 0 >/proc/sys/net/ipv4/conf/all/rp_filter
  echo 0 >/proc/sys/net/ipv4/conf/default/rp_filter
}

conntrack_timeout() {
  echo "$1" >/proc/sys/net/netfilter/nf_conntrack_udp_timeout
  echo "$1" >/proc/sys/net/netfilter/nf_conntrack_udp_timeout_stream
}

# Interfaces made from now on hand their packets to these CPUs (a mask; 0: the CPU of the sender).
receive_on_cpus() {
  echo "$1" >/proc/sys/net/core/rps_default_mask
}

# attach NAMESPACE NETWORK: a namespace with one cable to the node, which is .1 there; the namespace is .2.
attach() {
  ip -batch - <<END
netns add $1
link add $1 address $NODE_MAC type veth peer name eth0 netns $1
address add $2.1/24 dev $1
link set $1 up
END
  ip -n "$1" -batch - <<END
link set lo up
address add $2.2/24 dev eth0
link set eth0 up
route add default via $2.1
END
}

# The race needs the A and the AAAA packet of one lookup on two CPUs at once. The pod's interface receives
# on CPU 0. The first packet of each source port goes through a second pair of interfaces that receives on
# CPU 1: the second one is then on its way before the first is through the rules.
steer_to_two_cpus() {
  receive_on_cpus 2
  ip link add detour0 type veth peer name detour1 address $NODE_MAC
  receive_on_cpus 0
  ip link set detour0 up
  ip link set detour1 up
  nft -f - <<'END'
table netdev steer {
  set seen {
    type inet_service
    flags dynamic, timeout
    timeout 1s
  }
  chain first_packets {
    type filter hook ingress device pod priority 0
    udp dport 53 udp sport != @seen add @seen { udp sport } fwd to detour0
  }
}
END
}

# The table kube-proxy would write: one address for all DNS servers, each new flow to one of them at random.
# More services ahead of it make the DNAT decision take longer, and the race window wider.
service_rules() {
  local first servers='{ 0 : 10.244.1.2, 1 : 10.244.2.2, 2 : 10.244.3.2 }'
  nft -f - <<END
table ip kube {
  chain dead {
    type filter hook prerouting priority -300
    ip daddr $DEAD_SERVICE drop
  }
  chain services {
  }
  chain prerouting {
    type nat hook prerouting priority -100
    jump services
    ip daddr $SERVICE meta l4proto { tcp, udp } th dport 53 dnat to numgen random mod 3 map $servers
  }
}
END
  for ((first = 0; first < LAB_SERVICES; first += 250)); do
    # In pieces: the netlink buffer of an ordinary user holds no more.
    for ((i = first; i < first + 250 && i < LAB_SERVICES; i++)); do
      echo "add rule ip kube services ip daddr 10.97.$((i / 250)).$((i % 250)) udp dport 80 return"
    done | nft -f -
  done
}

# Turns the calling subshell into a command in NAMESPACE, so that $! is that command.
become_in() {
  exec nsenter --net="/run/netns/$1" -- "${@:2}" 3>&-
}

# One dnsmasq; when answers are to be late, it listens on loopback and a relay that holds them is in front
# of it.
start_server() {
  local namespace=dns$1 address=10.244.$1.2 listen=10.244.$1.2
  [[ $LAB_ANSWER_DELAY == 0 ]] || listen=127.0.0.1
  # --no-daemon: an ordinary user's namespace has no second user to change to.
  become_in "$namespace" dnsmasq --conf-file=/dev/null --no-daemon --no-resolv --no-hosts --pid-file= \
    --bind-interfaces --listen-address=$listen --cache-size=0 --dns-forward-max=1000 \
    --local=/cluster.local/ --address=/#/ \
    --host-record=redis.ns.svc.cluster.local,10.96.1.1 \
    --host-record=dual.ns.svc.cluster.local,10.96.1.2,fd00::2 \
    --address=/load.cluster.local/10.96.1.3 >/dev/null 2>&1 &
  server_pids[$1]=$!
  if [[ $LAB_ANSWER_DELAY != 0 ]]; then
    become_in "$namespace" "$LAB_NODE" late-answers.mjs "$address" 127.0.0.1 "$LAB_ANSWER_DELAY" &
    server_pids[$1]=$!
  fi
}

# Until its address and port (as the kernel writes them, in hexadecimal) are in the server's own socket
# table.
await_server() {
  local bound
  bound=$(printf '02%02XF40A:0035' "$1")
  for ((try = 0; try < 500; try++)); do
    ! grep -q "$bound" "/proc/${server_pids[$1]}/net/udp" 2>/dev/null || return 0
    sleep 0.01
  done
  echo "lab: DNS server $1 did not start" >&2
  return 1
}

report_counters() {
  nft list counters table ip lab | awk '$1 == "counter" { name = $2 } $1 == "packets" { print name, $2 }' >&3
  # One line a CPU, of name=number.
  conntrack -S | tr ' ' '\n' | awk -F= '
    $1 == "insert_failed" || $1 == "clash_resolve" { sum[$1] += $2 }
    END { for (name in sum) print name, sum[name] }' >&3
}

server_pids=()
private_files
node_settings
[[ -z $LAB_CONNTRACK_TIMEOUT ]] || conntrack_timeout "$LAB_CONNTRACK_TIMEOUT"
[[ $LAB_STEER == 0 ]] || receive_on_cpus 1
attach pod 10.244.0
# A pod without IPv6 still has a link-local address: enough for AI_ADDRCONFIG to ask AAAA. From the first
# moment on.
ip -n pod address add fe80::2/64 dev eth0 nodad
[[ $LAB_STEER == 0 ]] || steer_to_two_cpus
for i in $SERVERS; do
  attach "dns$i" "10.244.$i"
  start_server "$i"
done
service_rules
nft -f - <<<"$LAB_RULES"
for i in $SERVERS; do await_server "$i"; done
echo "ready $(date +%s%3N)" >&3

exit_code=0
(cd "$LAB_DIRECTORY" && become_in pod "$@") || exit_code=$?
report_counters
exit "$exit_code"
