"""Own procedures of the managed plan (M-2), as the sheet says them and the linter reads them."""

import msgspec
import pytest

from contract.sheet import Sheet, SheetError, read_sheet
from infra.local.commands.sheet import described
from tests.unit.acme_sheet import ACME, ROOT, read
from toban.domain.contract import Server
from toban.domain.procedure import OWN, ProcedureStep, StepKind

RESTART = "sudo /usr/bin/systemctl restart worker.service"
COMMANDS = """
    commands:
      sudo: [/usr/bin/systemctl restart worker.service, /usr/bin/systemctl stop worker.service]
      writes: [/srv/app/cache]
"""
STEPS = f"""
          - read: test -d /srv/app
          - change: {RESTART}
            timeout: 60
            rollback: sudo /usr/bin/systemctl stop worker.service
          - verify: systemctl is-active worker.service
            expect: active
"""


def sheet(
    place: str = "in_place_of: rb_unit",
    steps: str = STEPS,
    plan: str = "managed",
    monitors: str = "[http]",
) -> str:
    procedure = f"""    procedures:
      - name: restart-worker
        monitors: {monitors}
        {place}
        steps:{steps.rstrip()}
"""
    text = ACME.replace("plan: respond", f"plan: {plan}")
    return text.replace(
        "    monitors:\n", f"{COMMANDS.lstrip(chr(10))}{procedure}    monitors:\n", 1
    )


def server(text: str) -> Server:
    return read(text).servers[0]


def mistakes(text: str) -> list[str]:
    with pytest.raises(SheetError) as raised:
        read(text)
    return str(raised.value).splitlines()


@pytest.mark.clause("M-2")
def test_a_procedure_in_place_of_the_catalogues_is_what_is_carried_out() -> None:
    found = server(sheet())
    http = found.monitor("acme.web01.http")

    assert (http.runbook, http.procedure, http.unit) == (OWN, "restart-worker", "web")
    assert found.monitor("acme.web01.ssh").procedure == ""


@pytest.mark.clause("M-2")
def test_a_procedure_after_the_catalogues_leaves_that_one_standing() -> None:
    http = server(sheet("after: rb_unit")).monitor("acme.web01.http")

    assert (http.runbook, http.procedure) == ("rb_unit", "restart-worker")


@pytest.mark.clause("M-2")
def test_the_steps_come_in_their_order_with_all_that_was_agreed() -> None:
    procedure = server(sheet()).procedure("restart-worker")

    assert procedure is not None
    assert [step.kind for step in procedure.steps] == [
        StepKind.READ,
        StepKind.CHANGE,
        StepKind.VERIFY,
    ]
    assert procedure.steps[1] == ProcedureStep(
        StepKind.CHANGE, RESTART, 60, rollback="sudo /usr/bin/systemctl stop worker.service"
    )
    assert procedure.steps[2].expect == "active"
    assert procedure.objections() == ()


@pytest.mark.clause("M-2", "M-3")
def test_the_example_of_the_managed_plan_is_read_and_survives_the_store() -> None:
    found = read_sheet(ROOT / "docs/examples/hearing-sheet-managed.yaml")
    (app,) = found.servers

    assert msgspec.convert(msgspec.to_builtins(found), type=Sheet) == found
    assert [each.procedure for each in app.monitors if each.procedure] == ["restart-worker"] * 2
    told = "\n".join(described(found))
    assert "change: sudo /usr/bin/systemctl restart worker.service (at most 60 s)" in told
    assert "toban ALL=(root) NOPASSWD: /usr/bin/systemctl restart worker.service" in told


@pytest.mark.clause("M-2")
@pytest.mark.parametrize("plan", ["notify", "respond"])
def test_only_the_managed_plan_has_own_procedures(plan: str) -> None:
    told = mistakes(sheet(plan=plan))

    assert any('Own procedures belong to the plan "managed".' in line for line in told)


@pytest.mark.clause("M-3")
@pytest.mark.parametrize(
    ("steps", "said"),
    [
        ("\n          - change: rm -rf /srv/app/cache", "rm with -r or -f is never run."),
        ("\n          - read: systemctl restart x", "may change something"),
        ("\n          - verify: touch /srv/app/cache/x", '"touch" changes files.'),
        (f"\n          - change: {RESTART}", "The last step proves nothing."),
        ("\n          - verify: test -d /srv", "No step changes anything."),
        ("\n          - {read: id, change: id}", "A step does exactly one thing."),
        ("\n          - change: touch /etc/x\n          - verify: id", "is not agreed."),
        (
            "\n          - {read: id, rollback: touch /srv/app/cache/x}",
            "Only a change can be undone.",
        ),
        (
            "\n          - {change: id, rollback: reboot}\n          - verify: id",
            "It restarts the whole server.",
        ),
        (
            "".join("\n          - {change: id, timeout: 300}" for _ in range(3))
            + "\n          - verify: id",
            "The steps may take 930 s.",
        ),
    ],
)
def test_a_procedure_that_the_linter_refuses_is_not_taken(steps: str, said: str) -> None:
    assert any(said in line for line in mistakes(sheet(steps=steps)))


@pytest.mark.parametrize(
    ("place", "monitors", "said"),
    [
        ("", "[http]", "The procedure has no place beside the runbook."),
        ("in_place_of: rb_db", "[http]", '"http" has the runbook rb_unit.'),
        ("after: rb_unit", "[queue]", '"queue" is no monitor of this server.'),
    ],
)
def test_a_procedure_stands_beside_a_runbook_of_a_monitor(
    place: str, monitors: str, said: str
) -> None:
    assert any(said in line for line in mistakes(sheet(place, monitors=monitors)))


def test_every_mistake_of_a_procedure_comes_at_once_with_its_line() -> None:
    steps = "\n          - change: kill -9 1; reboot\n          - read: vi /etc/hosts"
    told = mistakes(sheet(steps=steps))

    assert len(told) == 4
    assert all(line.startswith("acme.yaml:") for line in told)
