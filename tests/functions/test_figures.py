"""What is measured is a line of the log that CloudWatch makes metrics of, with the stack alone."""

import json
from typing import Any

import pytest

from escalate import call_log
from tests.functions.acme import ALICE
from tests.functions.conftest import RuleClock
from tests.functions.mailing import office
from tests.functions.phoning import call_id, chain_of_acme
from tests.functions.watching import FIRST, SECOND, Watch, told, watch
from toban.domain.call import CallProgress, Outcome
from toban.observability import measure
from toban.store import calls

__all__ = ["office", "told", "watch"]
pytestmark = [pytest.mark.clause("N-8"), pytest.mark.usefixtures("aws")]

Capture = pytest.CaptureFixture[str]


def lines(capsys: Capture) -> list[dict[str, Any]]:
    """Return what was printed since the last look, but for what the format itself adds."""
    found = [json.loads(line) for line in capsys.readouterr().out.splitlines() if "_aws" in line]
    return [{key: each[key] for key in each if key not in {"_aws", "service"}} for each in found]


def test_a_line_is_in_the_format_that_cloudwatch_reads(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOBAN_STACK", "toban-2")
    measure(Late=3)

    (line,) = [json.loads(each) for each in capsys.readouterr().out.splitlines()]
    (told,) = line["_aws"]["CloudWatchMetrics"]
    assert told["Namespace"] == "toban"
    assert told["Metrics"] == [{"Name": "Late", "Unit": "Count"}]
    assert {name: line[name] for (names) in told["Dimensions"] for name in names} == {
        "service": "toban-2"
    }
    assert line["Late"] == [3.0]


@pytest.mark.usefixtures("told")
def test_a_sweep_counts_shards_and_monitors_from_their_heartbeats(
    watch: Watch, capsys: Capture
) -> None:
    watch.compile(FIRST, SECOND)
    watch.beat(FIRST)
    watch.beat(SECOND, blind=True)
    watch.look()

    assert lines(capsys) == [
        {
            "ShardsWatched": [2.0],
            "ShardsLate": [1.0],
            "MonitorsWatched": [2.0],
            "MonitorsDown": [0.0],
            "MonitorsUnknown": [1.0],
        }
    ]


@pytest.mark.parametrize(
    ("outcome", "failed"),
    [(Outcome.NO_ANSWER, 0.0), (Outcome.CONGESTED, 1.0), (Outcome.CARRIER_ERROR, 1.0)],
)
def test_a_call_is_counted_once_and_as_failed_when_no_telephone_rang(
    outcome: Outcome, failed: float, rule_clock: RuleClock, capsys: Capture
) -> None:
    chain = chain_of_acme(rule_clock.at)
    one, line = call_id(chain), CallProgress(rule_clock.at, ended_at=rule_clock.at)
    calls.plan(one, "nonce")
    for _ in range(2):
        call_log.close(one, ALICE, line, outcome, rule_clock.at)

    assert lines(capsys) == [{"CallsEnded": [1.0], "CallsFailed": [failed]}]
