"""A release is rolled out in the middle of an incident."""

import pytest

from infra.local.telephone.behaviour import acknowledges
from tests.scenarios import next_release
from tests.scenarios.client import Client
from tests.scenarios.host import Port
from tests.scenarios.shift import Shift


def failing(shift: Shift, customer_id: str) -> tuple[Client, Port]:
    """Return a customer who has been told of a failure and called."""
    client = shift.client(customer_id)
    client.answer(acknowledges())
    service = client.host().port()
    client.watch("respond", service.monitor("shop"))
    service.stop()
    client.expect_on_record("telephone calls ended")
    return client, service


def roll_out(shift: Shift) -> None:
    """Do what CloudFormation does for a changed function, in its order."""
    functions, machines = shift.system.client("lambda"), shift.system.client("stepfunctions")
    name, machine = shift.system.resource("SendMailFunction"), "IncidentMachine"
    functions.update_function_configuration(
        FunctionName=name, Handler=f"{next_release.__name__}.handler"
    )
    published = functions.publish_version(FunctionName=name)["FunctionArn"]
    arn = shift.system.resource(machine)
    definition = machines.describe_state_machine(stateMachineArn=arn)["definition"]
    before = f"{published.rpartition(':')[0]}:1"
    assert before in definition
    machines.update_state_machine(
        stateMachineArn=arn, definition=definition.replace(before, published)
    )


@pytest.mark.clause("N-4", "N-7")
def test_an_open_incident_ends_on_the_code_that_it_began_on_and_the_next_begins_on_the_new(
    shift: Shift,
) -> None:
    earlier, service = failing(shift, "earlier")
    roll_out(shift)
    service.start()
    earlier.expect_on_record("incident closed")
    assert earlier.kinds() == ["alert", "failure_contact", "recovery"]
    assert next_release.KINDS == []

    later, service = failing(shift, "later")
    service.start()
    later.expect_on_record("incident closed")
    assert later.kinds() == ["alert", "failure_contact", "recovery"]
    assert next_release.KINDS == ["alert", "failure_contact", "recovery"]
