"""What keeps toban from its work in an AWS account is told before a customer finds it."""

from dataclasses import replace

import pytest

from infra.preflight import capacity
from infra.preflight.account import examine
from infra.preflight.result import Deployment, Mark
from infra.preflight.stack import deployment_of
from tests.unit.asked_account import (
    AFTER,
    BEFORE,
    INSTANCE,
    READY,
    TOPIC,
    Account,
    Answers,
    results,
)


def test_of_an_account_that_is_ready_everything_is_good() -> None:
    found = results(AFTER)

    assert {each.mark for each in found.values()} == {Mark.GOOD}
    assert found["egress addresses"].seen == "198.51.100.7, 198.51.100.8"


def test_before_there_is_a_stack_room_is_looked_for() -> None:
    found = results(BEFORE)

    assert found["egress addresses"].seen == "8 of 10 elastic addresses are free"
    assert found["Connect instance"].mark is Mark.DOUBTFUL
    assert "alarms" not in found


@pytest.mark.parametrize(
    ("subject", "mark", "question", "changed"),
    [
        ("SES sandbox", Mark.BAD, "sesv2.get_account", {"ProductionAccessEnabled": False}),
        ("SES sending", Mark.DOUBTFUL, "sesv2.get_account", {"EnforcementStatus": "PROBATION"}),
        ("SES sending", Mark.BAD, "sesv2.get_account", {"SendingEnabled": False}),
        ("SES identity", Mark.BAD, "sesv2.get_email_identity", {"VerifiedForSendingStatus": False}),
        ("DKIM", Mark.DOUBTFUL, "sesv2.get_email_identity", {"DkimAttributes": {}}),
        (
            "Connect number",
            Mark.BAD,
            "connect.list_phone_numbers_v2",
            {"ListPhoneNumbersSummaryList": []},
        ),
        ("Connect quota", Mark.BAD, "service-quotas.get_service_quota", {"Quota": {"Value": 0.0}}),
        ("egress addresses", Mark.DOUBTFUL, "ec2.describe_addresses", {"Addresses": []}),
        (
            "Connect instance",
            Mark.BAD,
            "connect.describe_instance",
            {"Instance": {"InstanceStatus": "ACTIVE", "OutboundCallsEnabled": False}},
        ),
        (
            "alarms",
            Mark.BAD,
            "sns.list_subscriptions_by_topic",
            {"Subscriptions": [{"SubscriptionArn": "PendingConfirmation"}]},
        ),
    ],
)
def test_what_is_not_ready_is_told_with_its_mend(
    subject: str, mark: Mark, question: str, changed: Answers
) -> None:
    answers = READY | {question: READY[question] | changed}
    found = results(AFTER, answers)

    assert found[subject].mark is mark
    assert found[subject].mend.endswith(".")


@pytest.mark.parametrize(
    ("deployment", "free", "mark"),
    [
        (BEFORE, 412, Mark.GOOD),
        (BEFORE, 411, Mark.DOUBTFUL),
        (BEFORE, 112, Mark.DOUBTFUL),
        (BEFORE, 111, Mark.BAD),
        (replace(BEFORE, graphs_at_once=0), 10, Mark.DOUBTFUL),
        (AFTER, 400, Mark.GOOD),
        (AFTER, 100, Mark.DOUBTFUL),
    ],
)
def test_room_is_what_other_functions_have_not_reserved_and_ours_need_once(
    deployment: Deployment, free: int, mark: Mark
) -> None:
    limit = {"ConcurrentExecutions": 1000, "UnreservedConcurrentExecutions": free}
    answers = READY | {"lambda.get_account_settings": {"AccountLimit": limit}}
    found = results(deployment, answers)["Lambda quota"]

    assert found.mark is mark
    assert found.seen == f"{free} of 1000 executions at once are reserved by no function"


def test_the_roles_of_the_stack_want_room_in_the_account_before_they_are_there() -> None:
    summary = {"Roles": 1001 - capacity.ROLES_NEEDED, "RolesQuota": 1000}
    full = READY | {"iam.get_account_summary": {"SummaryMap": summary}}

    assert results(BEFORE)["roles"].seen == "988 of 1000 roles (IAM) are free"
    assert results(BEFORE, full)["roles"].mark is Mark.BAD
    assert "roles" not in results(AFTER, full)


def test_the_telephone_is_asked_where_its_instance_is() -> None:
    account = Account(READY)
    elsewhere = replace(AFTER, instance=INSTANCE.replace("ap-northeast-1", "us-west-2"))
    list(examine(account, elsewhere))

    assert ("connect", "us-west-2") in account.asked
    assert ("connect", "ap-northeast-1") not in account.asked
    assert {where for service, where in account.asked if service == "service-quotas"} == {
        "us-west-2"
    }


def test_a_quota_that_nobody_changed_is_the_one_that_aws_gives_to_all() -> None:
    answers = READY | {
        "service-quotas.get_service_quota": "NoSuchResourceException",
        "service-quotas.get_aws_default_service_quota": {"Quota": {"Value": 5.0}},
    }

    assert results(BEFORE, answers)["egress addresses"].seen == "3 of 5 elastic addresses are free"
    assert results(AFTER, answers)["Connect quota"].seen == "5 calls at once"


def test_a_country_that_may_not_be_called_is_found_by_a_call() -> None:
    calling = replace(AFTER, callee="+818012345678")
    refused = READY | {"connect.start_outbound_voice_contact": "DestinationNotAllowedException"}
    over = READY | {"connect.stop_contact": "ContactNotFoundException"}
    allowed, ended, found = (results(calling, each) for each in (READY, over, refused))

    assert allowed["Connect countries"].mark is ended["Connect countries"].mark is Mark.GOOD
    assert found["Connect countries"].mark is Mark.BAD
    assert "support case" in found["Connect countries"].mend


def test_what_may_not_be_looked_at_is_told_and_keeps_nobody_from_the_rest() -> None:
    answers = READY | {"sesv2.get_account": "AccessDeniedException"}
    found = results(AFTER, answers)

    assert found["SES account"].mark is Mark.DOUBTFUL
    assert found["SES identity"].mark is Mark.GOOD


def test_the_stack_tells_what_it_was_deployed_with() -> None:
    stack = {
        "StackName": "toban",
        "StackStatus": "CREATE_COMPLETE",
        "CreationTime": "2026-11-23T00:00:00Z",
        "Parameters": [
            {"ParameterKey": "SenderAddress", "ParameterValue": "toban@msp.example"},
            {"ParameterKey": "Egress", "ParameterValue": "nat-instances"},
            {"ParameterKey": "GraphsAtOnce", "ParameterValue": "5"},
        ],
        "Outputs": [
            {"OutputKey": "EgressAddresses", "OutputValue": "198.51.100.7,198.51.100.8"},
            {"OutputKey": "AlarmsTopic", "OutputValue": TOPIC},
        ],
    }
    account = Account({"cloudformation.describe_stacks": {"Stacks": [stack]}})

    found = deployment_of(account, "toban")

    assert found.addresses == ("198.51.100.7", "198.51.100.8")
    assert found.egress == "nat-instances"
    assert (found.fixed_addresses, found.graphs_at_once, found.alarms_topic) == (True, 5, TOPIC)
