#!/usr/bin/env bash
# Set this checkout up on a fresh machine. Quick when nothing is to be done; safe to run twice or at the same time.
#
#   set_up.sh venv    .venv: what the layers ship, the local system and the checks, from requirements/dev.txt
#   set_up.sh sam     .venv-sam: the SAM CLI, from requirements/sam.txt (its pins conflict with moto's)
#   set_up.sh checkov .venv-checkov: the security scanner, from requirements/checkov.txt (its pins conflict with everything's)
#   set_up.sh demopeers    sshd, snmpd and nginx, the demonstration's real servers; only as root with apt, else says what is skipped
#   set_up.sh peers   these and redis-server, memcached, vsftpd, Chromium and others as real peers of the tests, in the same way
#   set_up.sh asl     .make/asl: asl-validator from requirements/asl, where node and npm are; else says what is skipped
#   set_up.sh runtime  .make/runtime: the runtime interface client of Lambda from requirements/artefacts.txt, for Python 3.13
#   set_up.sh benchpeers   what `make bench` measures against: the two Prometheus exporters, nginx and snmpd to ask, rrdtool
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

root=$PWD
# program:Debian package
demo_peers=(sshd:openssh-server snmpd:snmpd nginx:nginx)
peers=(
  "${demo_peers[@]}"
  redis-server:redis-server memcached:memcached vsftpd:vsftpd  # the light ones; tests use others where they are installed
  named:bind9 cron:cron rsyslogd:rsyslog chronyd:chrony  # what the first response is tried on
  chromium:chromium  # what the page of graphs is looked at with
  soffice:libreoffice-calc-nogui  # opens the form of the hearing sheet; 90 MB, unpacked in some 15 s
)
bench_peers=(
  nginx:nginx snmpd:snmpd rrdtool:rrdtool
  prometheus-blackbox-exporter:prometheus-blackbox-exporter prometheus-snmp-exporter:prometheus-snmp-exporter
)

say() { printf 'set-up: %s\n' "$*" >&2; }
stop() { say "$*"; exit 1; }

# A download that breaks off ends pip; what it has fetched by then it does not fetch again.
again() {
  local pause
  for pause in 5 20; do
    if "$@"; then return; fi
    say "once more in $pause seconds, in case it was the network"
    sleep "$pause"
  done
  "$@"
}

one_at_a_time() {
  mkdir -p .make
  exec 9>.make/set-up.lock
  if command -v flock >/dev/null; then
    flock --nonblock 9 || { say "another set-up is running in this checkout; waiting for it"; flock 9; }
  fi
}

find_python() {
  local candidate candidates
  candidates=${PYTHON:-python3.11 python3.12 python3.13 python3 /usr/bin/python3}
  for candidate in $candidates; do
    # run it: a version manager's shim can be on PATH without an interpreter behind it
    if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      command -v "$candidate"
      return
    fi
  done
  if [ -n "${PYTHON:-}" ]; then stop "PYTHON=$PYTHON is not a Python 3.11 or newer: name another, or leave PYTHON out."; fi
  stop "Python 3.11 or newer is needed and was not found on PATH: install it (Debian: apt-get install python3 python3-venv) or name it with 'make PYTHON=/path/to/python3.11 ...'."
}

can_install() { [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; }

not_at_boot() {
  deb-systemd-helper disable "$1.service" || true
  update-rc.d "$1" disable || true
} >/dev/null 2>&1

# Packages start their daemons and enable them at boot; tests and demo want the programs only. policy-rc.d forbids the
# start, not_at_boot undoes the enabling; a policy that the machine had before is put back, also after Ctrl-C.
apt_install() (
  policy=/usr/sbin/policy-rc.d kept='' known=()
  if [ -e "$policy" ]; then kept=$(mktemp) && cp -p "$policy" "$kept"; fi
  trap 'if [ -n "$kept" ]; then mv "$kept" "$policy"; else rm -f "$policy"; fi' EXIT
  printf '#!/bin/sh\nexit 101\n' >"$policy" && chmod 755 "$policy"
  exec >.make/apt.log 2>&1 </dev/null
  # a fresh machine may be upgrading itself: wait for its lock
  apt=(apt-get -q -o Acquire::Retries=3 -o DPkg::Lock::Timeout=300)
  "${apt[@]}" update || true  # a failing extra source must not hide that the install itself works
  for package in "$@"; do  # an unknown one (Ubuntu has no chromium) must not keep back the rest
    if apt-cache show "$package" >/dev/null; then known+=("$package"); fi
  done
  DEBIAN_FRONTEND=noninteractive "${apt[@]}" install -y --no-install-recommends "${known[@]}" || exit
  for package in "${known[@]}"; do
    case $package in
      openssh-server) not_at_boot ssh ;;
      snmpd | nginx | redis-server | memcached | vsftpd | cron | rsyslog | chrony | prometheus-*-exporter) not_at_boot "$package" ;;
      bind9) not_at_boot named ;;
    esac
  done
)

need_venv_module() {
  local version
  if "$1" -c 'import ensurepip, venv' 2>/dev/null; then return; fi
  version=$("$1" -c 'import sys; print("python%d.%d" % sys.version_info[:2])')
  if can_install; then
    say "installing Debian's $version-venv"
    if apt_install "$version-venv" && "$1" -c 'import ensurepip, venv' 2>/dev/null; then return; fi
  fi
  stop "$1 has no venv module: install it (Debian: apt-get install $version-venv), then run make again."
}

# The stamp is written last, so that an interrupted set-up is done again. It holds the place too: a moved checkout has
# wrong paths in every script of its virtual environment.
fresh() { [ "$(cat "$1" 2>/dev/null)" = "$2" ]; }
digest() { { echo "$root"; cat "$@"; } | sha256sum; }
pip() {
  local venv=$1
  shift
  # -qq: the mirrors of a pip.conf may warn once per package; --no-deps: the lock is complete already
  again "$venv/bin/python" -m pip install -qq --disable-pip-version-check --no-input --no-deps "$@"
}

make_venv() {
  local venv=$1 lock=$2 python
  if fresh "$venv/.stamp" "$(digest "$lock")" && "$venv/bin/python" -c '' 2>/dev/null; then return; fi
  python=$(find_python)
  need_venv_module "$python"
  say "installing the $(grep -c == "$lock") pinned packages of $lock into $venv (about a minute)"
  if [ -L "$venv" ]; then rm "$venv"; fi  # it leads to another checkout's, which --clear would empty
  "$python" -m venv --clear "$venv" || stop "the virtual environment $venv could not be made; the message above says why."
  pip "$venv" --require-hashes --only-binary :all: --requirement "$lock" ||
    stop "pip could not install $lock; its message is above. It needs to reach a package index."
  digest "$lock" >"$venv/.stamp"
}

install_checkout() {
  if fresh .venv/.stamp-checkout "$(digest pyproject.toml)"; then return; fi
  pip .venv --no-build-isolation --editable . || stop "pip could not install this checkout into .venv; its message is above."
  digest pyproject.toml >.venv/.stamp-checkout
}

# missing PAIR...: the packages of the programs that are not there, in one line.
missing() {
  local pair
  for pair in "$@"; do
    PATH=$PATH:/usr/sbin:/sbin command -v "${pair%%:*}" >/dev/null || printf '%s ' "${pair#*:}"
  done
}

# set_up_peers PURPOSE WITHOUT PAIR...: install what is missing of the pairs, or say in one sentence what is skipped.
set_up_peers() {
  local purpose=$1 without=$2 wanted left
  shift 2
  read -ra wanted <<<"$(missing "$@")"
  if [ ${#wanted[@]} = 0 ]; then return; fi
  if ! can_install; then
    say "not installed: ${wanted[*]}. Only root with apt can install them here, so $without."
    return
  fi
  say "installing Debian's ${wanted[*]} as peers for $purpose (no service is started)"
  apt_install "${wanted[@]}" || true
  read -ra left <<<"$(missing "$@")"
  if [ ${#left[@]} != 0 ]; then say "apt could not install ${left[*]} (see .make/apt.log): $without."; fi
}

# The validator is a program of Node's world; the tests that run it say so when it is not there.
install_asl_validator() {
  local lock=requirements/asl/package-lock.json place=.make/asl
  if fresh "$place/.stamp" "$(digest "$lock")"; then return; fi
  if ! command -v npm >/dev/null || ! command -v node >/dev/null; then
    say "not installed: asl-validator, for it needs node and npm, so the machines are checked by our own tests and cfn-lint alone."
    return
  fi
  mkdir -p "$place"
  cp requirements/asl/package.json "$lock" "$place/"
  if (cd "$place" && npm ci --fetch-retries=4 --ignore-scripts --no-audit --no-fund --loglevel=error) >.make/npm.log 2>&1; then
    digest "$lock" >"$place/.stamp"
  else
    say "npm could not install asl-validator (see .make/npm.log), so the machines are checked by our own tests and cfn-lint alone."
  fi
}

# Wheels of Lambda's Python for this machine, whatever Python sets up; the tests say what they lack to run what was built.
install_runtime() {
  local lock=requirements/artefacts.txt place=.make/runtime machine
  if fresh "$place/.stamp" "$(digest "$lock")"; then return; fi
  machine=$(uname -m)
  rm -rf "$place"
  if pip .venv-sam --require-hashes --only-binary :all: --implementation cp --python-version 3.13 \
    --platform "manylinux_2_17_$machine" --platform "manylinux2014_$machine" --target "$place" --requirement "$lock"; then
    digest "$lock" >"$place/.stamp"
  else
    say "pip could not install $lock for $machine; its message is above. What was built is not run."
  fi
}

# One command a line: in a chain of && bash would not stop at a failure inside a function.
case ${1:-} in
  venv)
    one_at_a_time
    make_venv .venv requirements/dev.txt
    install_checkout
    ;;
  sam)
    one_at_a_time
    make_venv .venv-sam requirements/sam.txt
    ;;
  checkov)
    one_at_a_time
    make_venv .venv-checkov requirements/checkov.txt
    ;;
  demopeers)
    one_at_a_time
    set_up_peers "the demonstration" "it uses its embedded servers" "${demo_peers[@]}"
    ;;
  peers)
    one_at_a_time
    set_up_peers tests "tests against these real programs are skipped" "${peers[@]}"
    ;;
  asl)
    one_at_a_time
    install_asl_validator
    ;;
  runtime)
    one_at_a_time
    make_venv .venv-sam requirements/sam.txt
    install_runtime
    ;;
  benchpeers)
    one_at_a_time
    set_up_peers "measuring" "make bench leaves out what it would measure with them" "${bench_peers[@]}"
    ;;
  *) stop "usage: infra/local/set_up.sh venv|sam|checkov|demopeers|peers|asl|runtime|benchpeers" ;;
esac
