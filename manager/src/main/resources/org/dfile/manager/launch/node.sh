#!/bin/sh
# Starts, watches and stops the one node whose home is the folder of this script.
#
#   node.sh start JAVA CLASSPATH OPTION...   starts the node in the background, in a session of its own; prints its pid
#   node.sh alive                            prints the pid of the living node; exit code 1 if there is none
#   node.sh stop SIGNAL                      signals the living node
#   node.sh gone SECONDS                     waits for the node to be gone; exit code 1 if it is still there
#   node.sh remains                          prints the exit code of the last run and the last lines of its log
#
# node.pid holds the pid, the start of the process (field 22 of /proc/PID/stat, clock ticks since boot) and the id of
# the boot: together they name one process for ever, so a pid that the system has given to another is never touched.
set -u
home=$(cd "$(dirname "$0")" && pwd -P) || exit 1
cd "$home" || exit 1
umask 077

boot() { cat /proc/sys/kernel/random/boot_id; }

# The name in field 2 may hold blanks and parentheses: cut after the last one. Then field 3 is first, and 22 is 20th.
stat_field() { sed 's/^.*) //' "/proc/$1/stat" 2>/dev/null | cut -d' ' -f"$2"; }

alive() {
  [ -s node.pid ] || return 1
  read -r pid start on_boot <node.pid || return 1
  [ "$on_boot" = "$(boot)" ] || return 1
  [ "$(stat_field "$pid" 20)" = "$start" ] || return 1
  case $(stat_field "$pid" 1) in Z | X) return 1 ;; esac
}

gone() {
  tries=$(($1 * 10))
  while alive; do
    [ "$tries" -gt 0 ] || return 1
    tries=$((tries - 1))
    sleep 0.1
  done
}

start() {
  if alive; then
    echo "already running: $pid"
    return 0
  fi
  [ -r /proc/self/stat ] || { echo "this host has no /proc"; return 1; }
  command -v setsid >/dev/null || { echo "this host has no setsid"; return 1; }
  rm -f node.pid node.exit
  [ ! -e node.log ] || mv -f node.log node.log.1 || return 1
  : >node.log || return 1
  nohup setsid sh "$home/node.sh" run "$@" </dev/null >/dev/null 2>&1 &
  tries=50
  while [ ! -s node.pid ]; do
    [ "$tries" -gt 0 ] || { echo "the node was not started within 5 s"; return 1; }
    tries=$((tries - 1))
    sleep 0.1
  done
  cut -d' ' -f1 node.pid
}

# Stays beside the node only to note its exit code.
run() {
  java=$1 class_path=$2
  shift 2
  "$java" "$@" -cp "$class_path" org.dfile.node.NodeMain "$home/node.conf" </dev/null >>node.log 2>&1 &
  child=$!
  echo "$child $(stat_field "$child" 20) $(boot)" >node.pid.tmp
  mv -f node.pid.tmp node.pid
  wait "$child"
  echo "$?" >node.exit.tmp
  mv -f node.exit.tmp node.exit
}

remains() {
  cat node.exit 2>/dev/null || echo "-"
  tail -n 20 node.log 2>/dev/null
}

command=$1
shift
case $command in
  start) start "$@" ;;
  run) run "$@" ;;
  alive) alive && echo "$pid" ;;
  stop) ! alive || kill "-$1" "$pid" ;;
  gone) gone "$1" ;;
  remains) remains ;;
  *)
    echo "unknown command: $command" >&2
    exit 2
    ;;
esac
