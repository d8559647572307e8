"""Monitors and procedures of the customer's own (M-2, M-3), from the sheet to the last mail."""

from typing import Any

import pytest

from infra.local.telephone.behaviour import acknowledges
from tests.scenarios.client import Client
from tests.scenarios.host import Host
from tests.scenarios.shift import Shift
from toban.domain.policy import Policy

POLICY = Policy(verify_interval_seconds=5, verify_tries=3, verify_successes=1)


def customer(shift: Shift, name: str) -> tuple[Client, Host]:
    """Return a customer whose server says in a file whether the worker is up."""
    client = shift.client(name)
    client.answer(acknowledges())
    host = client.host()
    host.web("shop")
    say(host, "up")
    return client, host


def say(host: Host, state: str) -> None:
    (host.folder / "state").write_text(f"{state}\n", encoding="utf-8")


def state(host: Host, **more: Any) -> dict[str, Any]:
    command = f"cat {host.folder}/state"
    return {
        **{"item": "command", "id": "worker", "command": command},
        **{"alert_when": "not equals up", "confirm": "yes"},
        **more,
    }


def agree(host: Host, place: str, change: str) -> None:
    """Let the customer have a procedure of his own."""
    host.more = {
        "commands": {"writes": [str(host.folder)]},
        "procedures": [
            {
                "name": "mend-worker",
                "monitors": ["worker"],
                place: "rb_unit",
                "steps": [{"change": change}, {"verify": f"cat {host.folder}/state"}],
            }
        ],
    }


@pytest.mark.clause("M-3", "N-5", "N-7")
def test_a_command_over_its_threshold_is_mailed_at_once_and_its_recovery_too(shift: Shift) -> None:
    client, host = customer(shift, "count")
    say(host, "7 waiting")
    queue = {"id": "queue", "alert_when": "above 100", "value_unit": "jobs", "confirm": "no"}
    client.watch("notify", state(host, **queue))

    say(host, "120 waiting")
    alert = client.expect_mail("alert")
    say(host, "99 waiting")
    recovery = client.expect_mail("recovery")

    assert "120 jobs" in alert.text
    assert "at most 100 jobs" in alert.text
    assert "99 jobs" in recovery.text
    assert client.kinds() == ["alert", "recovery"]
    assert client.executions("Confirm") == {}


@pytest.mark.clause("M-3")
def test_a_server_that_lets_nobody_in_says_nothing_about_its_commands(shift: Shift) -> None:
    client, host = customer(shift, "shut")
    client.watch("notify", state(host, confirm="no"))
    rounds = len(host.commands)
    client.expect(lambda: len(host.commands) > rounds, "the command is not asked")

    say(host, "down")
    host.shut()
    shift.let_pass(minutes=16)

    assert client.kinds() == []


@pytest.mark.clause("M-2", "P-2")
def test_the_own_procedure_follows_a_runbook_that_did_not_help(shift: Shift) -> None:
    client, host = customer(shift, "after")
    agree(host, "after", f"echo up >{host.folder}/state")
    client.watch("managed", state(host, service="shop", unit="custom"))

    say(host, "down")
    done = client.expect_mail("response_done")
    client.expect_on_record("incident closed")

    assert host.changes("shop")
    assert "Own procedure" in done.text
    assert client.on_record("own procedure follows")
    assert client.mails("failure_contact") == []
    assert client.calls == []


@pytest.mark.clause("M-2")
def test_the_own_procedure_does_not_run_where_the_runbook_helped(shift: Shift) -> None:
    client, host = customer(shift, "helped")
    agree(host, "after", f"touch {host.folder}/never")
    client.watch("managed", state(host, service="shop", unit="custom"))

    say(host, "down")
    client.expect(lambda: bool(host.changes("shop")), "the runbook was not carried out")
    say(host, "up")
    client.expect_mail("response_done")

    assert not (host.folder / "never").exists()
    assert client.on_record("own procedure follows") == []


@pytest.mark.clause("M-2", "P-3")
def test_a_procedure_in_place_of_the_runbook_that_fails_ends_at_the_telephone(
    shift: Shift,
) -> None:
    client, host = customer(shift, "place")
    agree(host, "in_place_of", f"cat {host.folder}/not-there")
    client.watch("managed", state(host, service="shop", unit="custom"))

    say(host, "down")
    failure = client.expect_mail("failure_contact")
    client.expect(lambda: bool(client.calls), "nobody was called")
    say(host, "up")
    client.expect_on_record("incident closed")

    assert host.changes("shop") == []
    assert "not-there" in failure.text
    assert client.called() == ["first"]
