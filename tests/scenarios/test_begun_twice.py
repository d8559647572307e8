"""An incident that an operator starts a second time while it runs: the later execution leads, the
earlier one finds out, nothing is sent or done twice.
"""

import pytest

from infra.local.telephone.behaviour import acknowledges
from tests.scenarios.shift import Shift
from toban.domain.policy import Policy

POLICY = Policy(recovery_wait_seconds=1_200)


@pytest.mark.clause("N-7", "P-2", "P-3")
def test_a_second_execution_of_a_running_incident_repeats_nothing_and_both_end(
    shift: Shift,
) -> None:
    client = shift.client("twice")
    client.answer(acknowledges())
    shop = client.host().port()
    client.watch("respond", shop.monitor("shop"))

    shop.stop()
    client.expect_on_record("telephone calls ended")
    shift.start("Incident", client.input("Incident"))
    shift.let_pass(minutes=2)
    shop.start()
    client.expect_on_record("incident closed")
    client.expect(lambda: "RUNNING" not in shift.executions("Incident").values(), "one still runs")

    assert list(shift.executions("Incident").values()) == ["SUCCEEDED", "SUCCEEDED"]
    assert client.kinds() == ["alert", "failure_contact", "recovery"]
    assert client.called() == ["first"]
    assert len(client.on_record("incident closed")) == 1
