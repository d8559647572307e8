"""What is asked on the server before anything is changed there (catalogue 5.0 and 5.1).

Each guard returns what it concluded and the server's own words for it. What cannot be asked, for
want of a tool, holds nothing back.
"""

from dataclasses import dataclass

from respond import reading
from respond.shell import CommandResult, Shell, wrap
from respond.target import Target
from toban.domain.repair import HoldReason
from toban.domain.runbook import (
    InitSystem,
    hold_for_config,
    hold_for_local_answer,
    hold_for_people,
    hold_for_space,
    lacks_privilege,
)

_SECONDS = 15
_LIMIT = 128 * 1024
_CONFIG_SECONDS = 30
_CONFIG_LIMIT = 1024 * 1024
"""A name server tells of each of its zones."""
_LAST = 400

_ASK_LOCALLY = """
for try in $TRIES; do
  test "$try" = 1 || sleep 1
  for HOST in 127.0.0.1 "$ADDRESS"; do
    (eval "$LOCAL_PROBE") && { echo "$UNIT answers on $HOST port $PORT"; exit 0; }
  done
done
echo "$UNIT does not answer on the server itself, port $PORT"; exit 1
"""
_ONCE, _PATIENTLY = "1", "1 2 3 4 5 6 7 8"
_SPACE = 'for part in $PLACES; do df -P -- "$part"; df -Pi -- "$part"; done 2>/dev/null'
_PEOPLE = """
find /dev/pts /dev/tty[0-9]* -type c -name '*[0-9]' -amin -5 2>/dev/null
ps -eo tty=,args= 2>/dev/null | cut -c 1-120
"""
_CLUSTER = r"""
if pgrep -x 'pacemakerd?' >/dev/null 2>&1; then
  if seen=$($SUDO crm_mon -1 -r 2>/dev/null); then echo "$seen" | grep -iwE -- "$UNIT"
  else echo "pacemaker runs and does not say what it owns"; fi
fi
if pgrep -x keepalived >/dev/null 2>&1; then
  scripts=$(grep -hE '^[[:space:]]*notify' /etc/keepalived/*.conf 2>/dev/null | grep -oE '/[^ "]+')
  test -z "$scripts" || grep -HwF -- "$UNIT" $scripts 2>/dev/null | head -n 3
fi
listening=$($SUDO ss -lntp "sport = :$PORT" 2>/dev/null)
echo "$listening" | grep -oE '"(docker-proxy|rootlessport|conmon)"' | sort -u
own=$(grep -cE 'docker|kubepods|containerd|libpod' /proc/1/cgroup 2>/dev/null)
for pid in $(echo "$listening" | grep -oE 'pid=[0-9]+' | cut -d = -f 2 | sort -u); do
  test "$own" != 0 || grep -hE 'docker|kubepods|containerd|libpod' "/proc/$pid/cgroup" 2>/dev/null
done | head -n 3
exit 0
"""


@dataclass(frozen=True, slots=True)
class GuardAnswer:
    """What a guard concluded, and the server's words."""

    hold: HoldReason
    words: str


def local_probe(shell: Shell, target: Target) -> GuardAnswer:
    """Ask the service on the server itself: answers there but not from outside, no restart."""
    if not target.variables("")["LOCAL_PROBE"]:
        return GuardAnswer(HoldReason.NONE, "this unit cannot be asked on the server itself")
    result = _ask_locally(shell, target, _ONCE)
    return GuardAnswer(hold_for_local_answer(result.exit_status == 0), result.output)


def space(shell: Shell, target: Target) -> GuardAnswer:
    """See that the file systems it needs have room and inodes."""
    logs = target.definition.logs(target.family).split()
    folders = {path.rpartition("/")[0] for path in logs if "*" not in path}
    places = " ".join(["/", "/run", "/tmp", "/var", *sorted(folders), *target.definition.data])  # noqa: S108 - looked at, not written to
    result = shell.run(wrap(_SPACE, {"PLACES": places}, _SECONDS), _SECONDS + 2, _LIMIT)
    used = reading.use(result.output)
    told = ", ".join(f"{place} {percent} %" for place, percent in sorted(used.items()))
    return GuardAnswer(hold_for_space(used), told or "the server does not tell")


def people(shell: Shell) -> GuardAnswer:
    """See that nobody works on services, packages or configuration at this moment (g7)."""
    result = shell.run(wrap(_PEOPLE, {}, _SECONDS), _SECONDS + 2, _LIMIT)
    active = reading.terminals(result.output)
    hold, busy = hold_for_people(reading.processes(result.output), active)
    words = "; ".join(" ".join([process.terminal, *process.arguments]) for process in busy)
    return GuardAnswer(hold, words.strip() or "nobody seen at work")


def cluster(shell: Shell, target: Target) -> GuardAnswer:
    """See that no cluster manager owns the unit (g8)."""
    owned = _ask(shell, target, _CLUSTER).output.strip()
    hold = HoldReason.CLUSTER_OWNS_UNIT if owned else HoldReason.NONE
    return GuardAnswer(hold, owned or "no cluster manager")


def config(shell: Shell, target: Target) -> GuardAnswer:
    """Test the configuration: with an error in it the unit would not start again."""
    script = target.variables(shell.sudo)["CONFIG_TEST"]
    if not script:
        return GuardAnswer(HoldReason.NONE, "this unit has no configuration test")
    command = wrap(script, target.variables(shell.sudo), _CONFIG_SECONDS)
    result = shell.run(command, _CONFIG_SECONDS + 2, _CONFIG_LIMIT)
    if lacks_privilege(result.exit_status, result.output):
        return GuardAnswer(HoldReason.NO_PRIVILEGE, result.output)
    return GuardAnswer(hold_for_config(result.exit_status), _last(result.output) or _ended(result))


def privilege(shell: Shell, target: Target, verb: str) -> GuardAnswer:
    """See that sudo allows the very command, before it is claimed; root needs no asking."""
    if not shell.sudo:
        return GuardAnswer(HoldReason.NONE, "root")
    command = target.command(verb, "").split(";")[0]
    result = _ask(shell, target, f"sudo -n -l {command}")
    refused = result.exit_status != 0
    return GuardAnswer(HoldReason.NO_PRIVILEGE if refused else HoldReason.NONE, result.output)


def confirm_active(shell: Shell, target: Target, *, patiently: bool) -> tuple[bool, str]:
    """Tell whether the unit runs and answers on the server, if need be waiting a little for it."""
    answers, words = True, ""
    if target.variables("")["LOCAL_PROBE"]:
        result = _ask_locally(shell, target, _PATIENTLY if patiently else _ONCE)
        answers, words = result.exit_status == 0, result.output
    state = _ask(shell, target, _state_command(target))
    return answers and state.exit_status == 0, f"{words}\n{state.output}".strip()


def _ask_locally(shell: Shell, target: Target, tries: str) -> CommandResult:
    seconds = _SECONDS * len(tries.split()) // 2 + _SECONDS
    return _ask(shell, target, f"TRIES='{tries}'; {_ASK_LOCALLY.strip()}", seconds)


def _state_command(target: Target) -> str:
    if target.installed.init is InitSystem.SYSTEMD:
        return 'systemctl is-active "$UNIT.service"'
    return target.command("status", "")


def _ask(
    shell: Shell, target: Target, script: str, timeout_seconds: int = _SECONDS
) -> CommandResult:
    command = wrap(script, target.variables(shell.sudo), timeout_seconds)
    return shell.run(command, timeout_seconds + 2, _LIMIT)


def _last(words: str) -> str:
    """Return the last lines: a test tells of its error at the end."""
    return words if len(words) <= _LAST else words[-_LAST:].partition("\n")[2]


def _ended(result: CommandResult) -> str:
    if result.exit_status is None:
        return "the test did not end in time"
    return f"exit status {result.exit_status}"
