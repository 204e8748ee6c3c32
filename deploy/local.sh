# The whole system on one machine, for deploy/up, deploy/down and deploy/try, which source this file:
# private servers (deploy/servers), a gateway and a worker, with everything they keep in the cache
# directory. They run as long as somebody uses them: each deploy/up and deploy/try enters itself in
# $local/users, and the last to leave ends them, unless deploy/up --detach asked them to stay.
# shellcheck shell=bash

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
if [ -f "$root/.env" ]; then
  set -a
  # shellcheck source=/dev/null
  . "$root/.env"
  set +a
fi
cache="${CUTLINE_CACHE_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/cutline}"
local="$cache/local"
servers="$cache/servers"
bots="${CARGO_TARGET_DIR:-$root/target}/debug/cutline-bots"
farm="${CARGO_TARGET_DIR:-$root/target}/debug/cutline-farm"
user="$(id -un)"
name="$(basename "$0")"

say() { printf '==> %s\n' "$*" >&2; }
fail() { # STATUS WORDS...
  local status="$1"
  shift
  printf '%s: %s\n' "$name" "$*" >&2
  exit "$status"
}

# Installs what is missing and builds.
prepare() { # [--light]
  # Their words are about our work, not its result.
  "$root/deploy/setup" "$@" >&2
  say 'building (about a quarter of an hour the first time, on two cores)'
  # The whole workspace, as deploy/test does: two packages alone have other dependency features, and
  # whoever gives both commands would build everything twice. (It compiles the tests' failpoints in;
  # they do nothing unless CUTLINE_FAILPOINTS names one.)
  (cd "$root" && cargo build --locked --workspace --bins) >&2
}

# --- processes -----------------------------------------------------------------------------------

# A process is ours only while its start time is the recorded one: process ids are used again.
started_at() { sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | cut -d' ' -f20; }
pid_of() { # FILE
  local pid at
  read -r pid at 2>/dev/null <"$1" || return 1
  [ -n "$at" ] && [ "$(started_at "$pid")" = "$at" ] && echo "$pid"
}

launch() { # SERVICE COMMAND...: in the background, in a session of its own, with a log
  local service="$1"
  shift
  # 9 is our lock: a service that held it would hold it for ever.
  (
    exec 9>&- </dev/null >>"$local/$service.log" 2>&1
    exec setsid env NO_COLOR=1 "$@"
  ) &
  echo "$! $(started_at "$!")" >"$local/$service.pid"
  # Or this shell tells of its end.
  disown
}

# First a drain, so that the worker hands back what it has; then, after a minute, the end.
stop() { # SERVICE
  local pid
  if pid="$(pid_of "$local/$1.pid")"; then
    kill -TERM "$pid" 2>/dev/null || true
    for _ in $(seq 600); do
      pid_of "$local/$1.pid" >/dev/null || break
      sleep 0.1
    done
    if pid_of "$local/$1.pid" >/dev/null; then
      say "the $1 (process $pid) did not end in a minute; killing it"
      kill -KILL "$pid" 2>/dev/null || true
    fi
  fi
  rm -f "$local/$1.pid"
}

answers() { # PORT PATH: whether 127.0.0.1 answers 200 there
  local status
  status="$(
    exec 2>/dev/null
    exec 3<>"/dev/tcp/127.0.0.1/$1" || exit 1
    printf 'GET %s HTTP/1.0\r\nHost: localhost\r\n\r\n' "$2" >&3
    IFS= read -r -t 5 line <&3 && printf '%s' "$line"
  )" || return 1
  case "$status" in HTTP/1.?' 200'*) return 0 ;; *) return 1 ;; esac
}

await() { # SERVICE PORT SECONDS: until it says that it is ready
  local service="$1" until=$((SECONDS + $3))
  while [ "$SECONDS" -lt "$until" ]; do
    if answers "$2" /readyz; then return 0; fi
    pid_of "$local/$service.pid" >/dev/null || break
    sleep 0.2
  done
  printf '%s\n' "--- the end of $local/$service.log:" >&2
  tail -n 25 "$local/$service.log" >&2
  printf '%s\n' '---' >&2
  if pid_of "$local/$service.pid" >/dev/null; then
    fail 4 "the $service started but is not ready after $3 s. Its log above says why; if the" \
      'machine is merely slow, the same command goes on from here'
  fi
  fail 4 "the $service ended while it started. Its log above says why; mend that, then give the" \
    'same command again'
}

# --- settings ------------------------------------------------------------------------------------

free_port() {
  python3 - <<'PYTHON'
import random, socket
# Below the range that outgoing connections draw from.
while True:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", random.randint(15000, 30000)))
        except OSError:
            continue
        print(probe.getsockname()[1])
        break
PYTHON
}
port_is_free() {
  python3 -c 'import socket, sys; socket.socket().bind(("127.0.0.1", int(sys.argv[1])))' "$1" \
    2>/dev/null
}

# The gateway keeps its port as long as it can: watch links name it.
choose_ports() {
  gateway_port='' worker_port='' token=''
  # shellcheck source=/dev/null
  [ ! -f "$local/settings" ] || . "$local/settings"
  if [ -z "$gateway_port" ] ||
    { ! pid_of "$local/gateway.pid" >/dev/null && ! port_is_free "$gateway_port"; }; then
    gateway_port="$(free_port)"
  fi
  if [ -z "$worker_port" ] ||
    { ! pid_of "$local/worker.pid" >/dev/null && ! port_is_free "$worker_port"; }; then
    worker_port="$(free_port)"
  fi
  [ -n "$token" ] || token="$(od -An -N24 -tx1 /dev/urandom | tr -d ' \n')"
  (
    umask 077
    printf '%s\n' "gateway_port=$gateway_port" "worker_port=$worker_port" "token=$token" \
      >"$local/settings"
  )
}

# A database URL for one of our roles; the private cluster gives all of them one password.
database_as() { # ROLE
  local rest="${TEST_DATABASE_URL#postgres://*:}"
  printf 'postgres://%s:%s' "$1" "${rest%/*}/cutline"
}

settings() {
  export CUTLINE_AMQP_URL="$TEST_AMQP_URL"
  export CUTLINE_OBJECTS="${CUTLINE_OBJECTS:-file://$cache/objects}"
  export CUTLINE_PUBLIC_URL="http://127.0.0.1:$gateway_port"
  export CUTLINE_GATEWAY_ADDRESS="127.0.0.1:$gateway_port"
  export CUTLINE_OPS_ADDRESS="127.0.0.1:$worker_port"
  export CUTLINE_OPS_TOKEN="$token"
  # Leaving should not take long: what is not finished by then goes on next time.
  export CUTLINE_DRAIN_S="${CUTLINE_DRAIN_S:-10}"
  export CUTLINE_LOG_FORMAT=text
  export CUTLINE_OPERATORS="${CUTLINE_OPERATORS:-console:$user}"
  CUTLINE_DATABASE_URL="$(database_as cutline_bots)"
  CUTLINE_DATABASE_ADMIN_URL="$(database_as cutline_admin)"
  export CUTLINE_DATABASE_URL CUTLINE_DATABASE_ADMIN_URL
}

# --- the system ----------------------------------------------------------------------------------

# Starts whatever of the system does not run. Anything after the options goes to the worker.
start_system() { # [worker options...]
  local lines
  mkdir -p -m 700 "$local/users"
  exec 9>"$local/lock"
  flock 9
  lines="$("$root/deploy/servers" up --dir "$servers")" ||
    fail 4 'the private servers did not start; the lines above say why'
  while IFS='=' read -r key value; do
    case "$key" in TEST_DATABASE_URL | TEST_AMQP_URL) declare -g "$key=$value" ;; esac
  done <<<"$lines"
  choose_ports
  settings
  create_database
  say 'bringing the database up to date'
  CUTLINE_DATABASE_OWNER_URL="$(database_as cutline)" "$bots" migrate >&2 ||
    fail 4 'the database could not be brought up to date; the line above says why'
  if ! pid_of "$local/gateway.pid" >/dev/null; then
    say "starting the gateway on $CUTLINE_PUBLIC_URL (log: $local/gateway.log)"
    launch gateway "$bots" gateway
  fi
  if pid_of "$local/worker.pid" >/dev/null &&
    [ "$(cat "$local/worker.options" 2>/dev/null)" != "$*" ]; then
    say 'starting the worker anew, because it ran with other options'
    stop worker
  fi
  if ! pid_of "$local/worker.pid" >/dev/null; then
    say "starting a worker (log: $local/worker.log)"
    printf '%s' "$*" >"$local/worker.options"
    CUTLINE_DATABASE_URL="$(database_as cutline_farm)" launch worker "$farm" work --relay prompt "$@"
  fi
  await gateway "$gateway_port" 60
  # The first time, a worker indexes the illustrations.
  await worker "$worker_port" 600
  enter
  exec 9>&-
}

create_database() {
  local psql=(psql -qXAt -v ON_ERROR_STOP=1 "$TEST_DATABASE_URL")
  if [ "$("${psql[@]}" -c "SELECT 1 FROM pg_database WHERE datname = 'cutline'")" != 1 ]; then
    "${psql[@]}" -c 'CREATE DATABASE cutline' >&2 || fail 4 'the database could not be created'
  fi
}

# The person at this machine may try everything. Done once (or when asked for), by the operators'
# own door, so that it stands in the audit log.
give_plan() { # PLAN [REASON]
  "$bots" admin plan "console:$user" "$1" "${2:-to try Cutline on this machine}" >&2 ||
    fail 4 'the plan could not be set; the line above says why'
}
plan_of_this_machine() {
  if [ ! -f "$servers/plan" ]; then
    say "putting console:$user on the Enterprise plan, so that nothing is locked (it is in the" \
      'audit log; another: /admin plan)'
    give_plan enterprise
    echo enterprise >"$servers/plan"
  fi
}

enter() { echo "$$ $(started_at $$)" >"$local/users/$$"; }
in_use() {
  local file
  [ ! -f "$local/detached" ] || return 0
  for file in "$local/users"/*; do
    [ -e "$file" ] || continue
    if pid_of "$file" >/dev/null; then return 0; fi
    rm -f "$file"
  done
  return 1
}

# Ends the system when nobody uses it any more.
leave() {
  [ -d "$local" ] || return 0
  rm -f "$local/users/$$"
  exec 9>"$local/lock"
  flock 9
  if in_use; then
    say 'leaving the system running (deploy/down ends it)'
  else
    stop_system
  fi
  exec 9>&-
}

stop_system() {
  if pid_of "$local/worker.pid" >/dev/null; then
    say 'ending the worker; unfinished videos go on at the next deploy/up'
  fi
  stop worker
  stop gateway
  rm -f "$local/detached"
  "$root/deploy/servers" down --dir "$servers"
}
