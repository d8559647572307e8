"""The test calls of an acceptance run die with their execution: the sheet to sign is finished."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from infra.local.system import LocalSystem
from infra.local.telephone.behaviour import answers, silent
from tests.scenarios.conftest import PARAMETERS
from tests.scenarios.test_acceptance import ALICE, BOB, SHEET, TUESDAY
from tests.scenarios.test_intake import Console

RESULT = "result/accept-with-call/acme.yaml"
BEFORE_THREE = TUESDAY + timedelta(hours=2, minutes=58)


@contextmanager
def from_moment(moment: datetime, folder: Path) -> Iterator[LocalSystem]:
    """Switch the machine on; what it keeps lies in the folder."""
    with LocalSystem(
        stepped_from=moment, state=folder / "state", mail=folder / "mail", parameters=PARAMETERS
    ) as running:
        running.telephone.book.set(ALICE, answers(keys="11"))
        running.telephone.book.set(BOB, silent())
        yield running


@pytest.mark.clause("C-2", "N-8")
def test_a_sheet_whose_calls_do_not_end_says_so_after_two_hours(tmp_path: Path) -> None:
    with from_moment(TUESDAY, tmp_path) as system:
        console = Console(system)
        console.drop("apply/acme.yaml", SHEET)
        console.put("accept-with-call/acme.yaml", SHEET)
        assert system.wait_until(lambda: len(system.telephone.calls) == 2, 1800)
        waiting = console.get(f"{RESULT}.html")
        _stop_the_calls(system)

    with from_moment(BEFORE_THREE, tmp_path) as system:
        console = Console(system)
        assert not console.has(f"{RESULT}.txt")
        assert system.wait_until(lambda: console.has(f"{RESULT}.txt"), 300)
        finished, told = console.get(f"{RESULT}.html"), console.get(f"{RESULT}.txt")

    assert "発信中" in waiting
    assert "2時間以内に終了しませんでした" in finished
    assert told.splitlines()[:3] == [
        "acme: to be mended",
        "  contact 1: test mail sent, test call acknowledged",
        "  contact 2: test mail sent, test call not ended",
    ]


def _stop_the_calls(system: LocalSystem) -> None:
    (chain,) = [each for each in system.executions() if each.name.endswith(".test")]
    asked = {"executionArn": chain.arn}
    stepfunctions = system.client("stepfunctions")
    stepfunctions.stop_execution(**asked)
    assert system.wait_until(
        lambda: stepfunctions.describe_execution(**asked)["status"] == "ABORTED", 300
    )
