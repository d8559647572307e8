"""A runbook that a person has to agree to: asked by mail, answered with the command in it."""

import json
import re

import pytest

from infra.local.telephone.behaviour import acknowledges
from tests.scenarios.client import Client
from tests.scenarios.host import Host
from tests.scenarios.night import OPERATOR
from tests.scenarios.shift import Shift
from toban.text.moments import moment

CALLED = "people are called"
COMMAND = re.compile(r"--task-output '(?P<output>[^']*)'\s+--task-token\s+'(?P<token>[^']*)'")


def asking(shift: Shift, name: str) -> tuple[Client, Host]:
    """A customer whose web service has failed, and whose repair awaits a person's word."""
    client = shift.client(name)
    client.answer(acknowledges())
    host = client.host()
    web = host.web("shop")
    client.watch("respond", host.monitor("shop"), rails={"approval": ["rb_unit"]})
    web.kill()
    client.expect_on_record("approval asked")
    return client, host


def answer(shift: Shift, client: Client, *, approved: bool) -> None:
    """Do what the mail to the operators says, with an AWS client."""
    wanted = [m for m in shift.mailbox.mails("operator_notice", OPERATOR) if client.title in m.text]
    commands = [found.groupdict() for found in COMMAND.finditer(wanted[-1].text.replace("\n", ""))]
    chosen = next(c for c in commands if json.loads(c["output"]) == {"approved": approved})
    shift.system.client("stepfunctions").send_task_success(
        taskToken=chosen["token"], output=chosen["output"]
    )


@pytest.mark.clause("P-1", "P-10")
def test_approved_it_runs(shift: Shift) -> None:
    client, host = asking(shift, "agreed")
    untouched = host.changes("shop")

    answer(shift, client, approved=True)
    client.expect_on_record("incident closed")

    assert untouched == []
    assert host.changes("shop") == ["start"]
    assert client.kinds() == ["alert", "response_done", "recovery"]
    assert client.calls == []


@pytest.mark.clause("P-3", "P-10")
def test_refused_it_does_not_run_and_people_are_called(shift: Shift) -> None:
    client, host = asking(shift, "refused")

    answer(shift, client, approved=False)
    failure = client.expect_mail("failure_contact")
    client.expect_on_record("telephone calls ended")

    assert host.changes("shop") == []
    assert client.called() == ["first"]
    assert "approv" in failure.text


@pytest.mark.clause("P-3", "P-10")
def test_without_an_answer_until_the_deadline_it_does_not_run_either(shift: Shift) -> None:
    client, host = asking(shift, "unheard")
    asked = next(m for m in shift.mailbox.mails("operator_notice", OPERATOR) if "Unheard" in m.text)

    client.expect_on_record("rails: not_approved")
    client.expect_on_record("telephone calls ended")
    client.expect_on_record("repair work over")

    assert host.changes("shop") == []
    assert client.called() == ["first"]
    assert client.kinds() == ["alert", "failure_contact"]
    refused, called = (client.on_record(each)[0] for each in ("rails: not_approved", CALLED))
    assert refused.at == called.at
    assert moment(refused.at, "Asia/Tokyo") in asked.text
