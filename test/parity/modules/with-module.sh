#!/bin/sh
# In a sandbox: puts a name service module in place, starts the daemon that it needs, then runs the rest of its arguments.
#
#   with-module.sh MODULE ROOT COMMAND...      MODULE: nscd, myhostname or resolve; ROOT: where get.mjs has unpacked
set -eu
# Daemons run as users of their own, whatever the caller's umask.
umask 022
module=$1 root=$2
shift 2
libraries=$(dirname "$(find "$root/usr/lib" -name libnss_myhostname.so.2)")

# Sockets of daemons live there: of this sandbox alone.
mount -t tmpfs run /run
mkdir -p /run/nscd /run/systemd

wait_for() {
  for _ in $(seq 600); do
    if [ -S "$1" ]; then return; fi
    sleep 0.05
  done
  echo "no $1 after 5 s" >&2
  exit 1
}

case $module in
nscd)
  cat >/etc/nscd.conf <<'CONF'
enable-cache passwd no
enable-cache group no
enable-cache services no
enable-cache netgroup no
enable-cache hosts yes
persistent hosts no
shared hosts no
CONF
  "$root/usr/sbin/nscd" -F -f /etc/nscd.conf >/dev/null 2>&1 &
  wait_for /run/nscd/socket
  ;;
resolve)
  mkdir -p /etc/systemd
  printf '[Resolve]\nDNSSEC=no\nLLMNR=no\nMulticastDNS=no\n' >/etc/systemd/resolved.conf
  echo 'systemd-resolve:x:990:990::/:/usr/sbin/nologin' >>/etc/passwd
  echo 'systemd-resolve:x:990:' >>/etc/group
  LD_LIBRARY_PATH=$libraries:$libraries/systemd "$root/lib/systemd/systemd-resolved" >/dev/null 2>&1 &
  wait_for /run/systemd/resolve/io.systemd.Resolve
  ;;
esac
LD_LIBRARY_PATH=$libraries exec "$@"
