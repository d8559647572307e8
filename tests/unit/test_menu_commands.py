"""The commands that the agent runs for items of the menu, in a real shell: each prints its figure,
or fails where it cannot look.

Programs are stand-ins that print what the real ones do; files of /proc are replaced by files here.
"""

import subprocess
from pathlib import Path

import pytest

from probe.probers.extend import extend_oids
from probe.probers.facts import AgentFacts
from probe.probers.resource import Samples, measure_resource
from probe.probers.result import ProbeResult
from tests.unit.dictionary_agent import told
from toban.catalogue.menu import menu
from toban.domain.check import ResourceQuestion
from toban.domain.observation import Reason

TOOLS = ("sh", "cat", "grep", "head", "ls", "sort", "tail", "wc")
PROC = {"raid_hw": "/proc/mdstat", "fd": "/proc/sys/fs/file-nr"}


def looked(
    item: str, folder: Path, programs: dict[str, str], file: str | None = None
) -> ProbeResult:
    """Run the item's command where only TOOLS and these programs exist; judge what it printed."""
    tools = folder / "bin"
    tools.mkdir()
    for tool in TOOLS:
        (tools / tool).symlink_to(f"/bin/{tool}")
    for name, script in programs.items():
        (tools / name).write_text(f"#!/bin/sh\n{script}\n")
        (tools / name).chmod(0o755)
    command = menu()[item].extend.replace("PATH=$PATH:/usr/sbin;", "")
    if item in PROC:
        (folder / "proc").write_text(file or "")
        command = command.replace(PROC[item], str(folder / "proc"))
    done = subprocess.run(
        ["/bin/sh", "-c", command], capture_output=True, check=False, env={"PATH": str(tools)}
    )
    return _judged(item, done.stdout, done.returncode)


def _judged(item: str, printed: bytes, status: int) -> ProbeResult:
    on_menu = menu()[item]
    assert on_menu.resource is not None
    name, scale = on_menu.extend_name, on_menu.scale
    question = ResourceQuestion(on_menu.resource, on_menu.threshold, extend=name, told=scale)
    facts = AgentFacts()
    output, result = extend_oids(name)
    # snmpd leaves out the end of the last line
    objects: dict[str, int | bytes] = {output: printed.removesuffix(b"\n"), result: status}
    return told(measure_resource(question, facts, Samples(None)), facts, objects)


def said(text: str) -> str:
    return f"cat <<'END'\n{text}\nEND"


POSTFIX_EMPTY = said("Mail queue is empty")
POSTFIX = said(
    "-Queue ID-  --Size-- ----Arrival Time---- -Sender/Recipient-------\n"
    "4Xy1Zk2LbCz9rgP     2314 Mon Nov 23 03:01:22  MAILER-DAEMON\n"
    "       (connect to mx.example[192.0.2.1]:25: Connection timed out)\n"
    "                                         taro@mx.example\n"
    "\n"
    "9A7F2C0041*      512 Mon Nov 23 03:02:10  hanako@acme.example\n"
    "                                         jiro@mx.example\n"
    "\n"
    "-- 3 Kbytes in 2 Requests."
)
POSTFIX_DOWN = (
    "echo 'postqueue: fatal: Queue report unavailable - mail system is down' >&2; exit 69"
)
MANY = said("-Queue ID-  --Size--\n" + "4Xy1Zk2LbCz9rgP 1 x\n" * 200)


@pytest.mark.clause("N-3")
@pytest.mark.parametrize(
    ("programs", "reason", "value"),
    [
        ({"postqueue": POSTFIX_EMPTY}, Reason.OK, 0),
        ({"postqueue": POSTFIX}, Reason.OK, 2),
        ({"postqueue": MANY}, Reason.OVER_THRESHOLD, 200),
        ({"postqueue": POSTFIX_DOWN}, Reason.NOT_MEASURED, None),
        ({"exim4": "echo 321"}, Reason.OVER_THRESHOLD, 321),
        ({"exim": "echo 7"}, Reason.OK, 7),
        ({"exim4": "echo 'exim: permission denied' >&2; exit 1"}, Reason.NOT_MEASURED, None),
        ({}, Reason.NOT_MEASURED, None),
    ],
)
def test_mails_that_wait_are_counted(
    programs: dict[str, str], reason: Reason, value: float | None, tmp_path: Path
) -> None:
    found = looked("mail_queue", tmp_path, programs)

    assert (found.reason, found.value) == (reason, value)


WHOLE = (
    "Personalities : [raid1]\n"
    "md0 : active raid1 sdb1[1] sda1[0]\n"
    "      976630336 blocks super 1.2 [2/2] [UU]\n"
    "\n"
    "unused devices: <none>\n"
)
DEGRADED = WHOLE.replace("[2/2] [UU]", "[2/1] [U_]")
INACTIVE = WHOLE.replace("active raid1", "inactive")
NO_ARRAY = "Personalities :\nunused devices: <none>\n"
DRIVES = (
    "DG/VD TYPE  State Access Consist Cache Cac sCC     Size Name\n"
    "0/0   RAID1 STATE RW     Yes     RWBD  -   ON  1.818 TB\n"
    "Rec=Recovery|Cac=CacheCade|OfLn=OffLine|Pdgd=Partially Degraded|Dgrd=Degraded\n"
)
OPTIMAL, BROKEN = (said(DRIVES.replace("STATE", word)) for word in ("Optl", "Dgrd"))
NOT_ALLOWED = "exit 1"


@pytest.mark.clause("N-3")
@pytest.mark.parametrize(
    ("kernel", "programs", "reason"),
    [
        (WHOLE, {}, Reason.OK),
        (DEGRADED, {}, Reason.BAD_STATE),
        (INACTIVE, {}, Reason.BAD_STATE),
        (NO_ARRAY, {}, Reason.NOT_MEASURED),
        (NO_ARRAY, {"storcli64": OPTIMAL}, Reason.OK),
        (WHOLE, {"storcli64": BROKEN}, Reason.BAD_STATE),
        (WHOLE, {"storcli64": NOT_ALLOWED}, Reason.NOT_MEASURED),
        (WHOLE, {"storcli64": 'test "$AS_ROOT" || exit 1; ' + BROKEN,
                 "sudo": 'shift; AS_ROOT=1 exec "$@"'}, Reason.BAD_STATE),
    ],
)  # fmt: skip
def test_arrays_of_the_kernel_and_of_controllers_are_whole_or_not(
    kernel: str, programs: dict[str, str], reason: Reason, tmp_path: Path
) -> None:
    assert looked("raid_hw", tmp_path, programs, kernel).reason is reason


REPLICA = """\
*************************** 1. row ***************************
              Slave_IO_State: Waiting for source to send event
            Replica_IO_Running: Yes
           Replica_SQL_Running: Yes
                    Last_Error:
         Seconds_Behind_Source: 12
     Replica_SQL_Running_State: Replica has read all relay log"""
OLD = "case $* in *REPLICA*) exit 1;; esac; "
"""A server of old does not know the statement."""


def replica(before: str = "", after: str = "") -> str:
    return said(REPLICA.replace(before, after))


@pytest.mark.clause("N-3")
@pytest.mark.parametrize(
    ("script", "reason", "value"),
    [
        (replica(), Reason.OK, 12),
        (replica("Source: 12", "Source: 300"), Reason.OVER_THRESHOLD, 300),
        (replica("IO_Running: Yes", "IO_Running: Connecting"), Reason.BAD_STATE, None),
        (replica("SQL_Running: Yes", "SQL_Running: No"), Reason.BAD_STATE, None),
        (replica("Source: 12", "Source: NULL"), Reason.NOT_MEASURED, None),
        (said(f"{REPLICA}\n{REPLICA.replace(': 12', ': 40')}"), Reason.OK, 40),
        (OLD + replica("Replica_", "Slave_").replace("_Source", "_Master"), Reason.OK, 12),
        ("exit 0", Reason.BAD_STATE, None),
        ("echo 'ERROR 1045 (28000): Access denied' >&2; exit 1", Reason.NOT_MEASURED, None),
    ],
)
def test_a_replica_lags_stands_or_cannot_be_asked(
    script: str, reason: Reason, value: float | None, tmp_path: Path
) -> None:
    found = looked("mysql_repl", tmp_path, {"mysql": script})

    assert (found.reason, found.value) == (reason, value)


@pytest.mark.clause("N-3")
@pytest.mark.parametrize(
    ("told_of", "reason", "value"),
    [
        ("930\t0\t2466177", Reason.OK, 0),
        ("90\t0\t100", Reason.OVER_THRESHOLD, 90),
        ("1000\t0\t9223372036854775807", Reason.OK, 0),
        ("", Reason.NOT_MEASURED, None),
    ],
)
def test_open_files_are_a_part_of_what_the_kernel_allows(
    told_of: str, reason: Reason, value: float | None, tmp_path: Path
) -> None:
    found = looked("fd", tmp_path, {}, told_of)

    assert (found.reason, found.value) == (reason, value)


@pytest.mark.clause("N-3")
def test_a_zombie_is_counted_until_its_parent_takes_it(tmp_path: Path) -> None:
    before = looked("zombie", tmp_path, {}).value or 0
    (tmp_path / "again").mkdir()
    with subprocess.Popen(["/bin/true"]) as dead:
        Path(f"/proc/{dead.pid}/status").read_text()
        while "State:\tZ" not in Path(f"/proc/{dead.pid}/status").read_text():
            pass
        found = looked("zombie", tmp_path / "again", {})

    assert found.value is not None
    assert found.value >= 1
    assert before >= 0
