"""The schedules: three phases of three minutes, five of five, and never a late round."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from tests.template.documents import Document, resources, root, transformed
from toban.domain.access import SLOT_MINUTES
from toban.domain.canary import begins_at
from toban.domain.canary_incident import end_due
from toban.domain.policy import PORT_PROCESS, RESOURCE, Policy, Profile

MIDNIGHT = datetime(2026, 11, 24, tzinfo=UTC)


def schedules() -> dict[str, Document]:
    found = resources(transformed(), "AWS::Scheduler::Schedule").values()
    return {each["Name"]: each for each in found}


REMINDER, CHANGES = "remind-of-paused", "apply-due-changes"


def rounds() -> dict[str, Document]:
    """Return the schedules that start a round of checks."""
    return {name: each for name, each in schedules().items() if name.startswith("every-")}


def phases(profile: Profile) -> dict[str, str]:
    """Return the expression of each phase of the interval, by the name of its shard group."""
    minutes = profile.interval_seconds // 60
    names = {f"every-{minutes}-min.phase-{n}": n for n in range(minutes)}
    return {name: f"cron({n}/{minutes} * * * ? *)" for name, n in names.items()}


@pytest.mark.clause("N-4")
def test_each_minute_of_the_interval_has_its_schedule() -> None:
    expected = phases(PORT_PROCESS) | phases(RESOURCE)
    assert {name: each["ScheduleExpression"] for name, each in rounds().items()} == expected


@pytest.mark.parametrize("name", rounds())
def test_a_schedule_names_its_shards_and_the_time_it_was_due(name: str) -> None:
    assert json.loads(schedules()[name]["Target"]["Input"]) == {
        "shard_group": name,
        "scheduled_at": "<aws.scheduler.scheduled-time>",
    }


@pytest.mark.parametrize("name", rounds())
def test_a_schedule_fires_on_the_minute_and_never_late(name: str) -> None:
    schedule = schedules()[name]
    assert schedule["FlexibleTimeWindow"] == {"Mode": "OFF"}
    assert schedule["ScheduleExpressionTimezone"] == "UTC"
    assert schedule["Target"]["RetryPolicy"] == {
        "MaximumRetryAttempts": 0,
        "MaximumEventAgeInSeconds": 60,
    }


@pytest.mark.parametrize("name", schedules())
def test_a_round_that_cannot_be_started_is_kept_for_a_person(name: str) -> None:
    target = schedules()[name]["Target"]
    assert target["DeadLetterConfig"] == {"Arn": {"Fn::GetAtt": ["Undelivered", "Arn"]}}
    assert resources(root(), "AWS::SQS::Queue")["Undelivered"]["SqsManagedSseEnabled"] is True


@pytest.mark.parametrize("name", rounds())
def test_a_schedule_may_do_no_more_than_start_a_round(name: str) -> None:
    assert schedules()[name]["Target"]["Arn"] == {"Ref": "RunChecksFunctionAliaslive"}
    assert schedules()[name]["Target"]["RoleArn"] == {"Fn::GetAtt": ["SchedulerRole", "Arn"]}
    assert schedules()[name]["GroupName"] == {"Ref": "ScheduleGroup"}


@pytest.mark.clause("P-6")
def test_operators_are_reminded_of_paused_monitors_once_a_day() -> None:
    reminder = schedules()[REMINDER]
    assert reminder["ScheduleExpression"] == "cron(0 0 * * ? *)"
    assert reminder["Target"]["Arn"] == {"Ref": "RemindPausedFunctionAliaslive"}


@pytest.mark.clause("N-9")
def test_samples_are_rolled_up_once_a_day_when_no_round_adds_to_them_any_more() -> None:
    schedule = schedules()["roll-up-samples"]
    assert schedule["ScheduleExpression"] == "cron(20 1 * * ? *)"
    assert schedule["Target"]["Arn"] == {"Ref": "RollUpFunctionAliaslive"}
    assert schedule["Target"]["RetryPolicy"]["MaximumRetryAttempts"] > 0


@pytest.mark.clause("N-9")
def test_months_are_reported_on_when_they_are_over_in_every_zone_and_made_up_for_when_late() -> (
    None
):
    schedule = schedules()["report-month"]
    assert schedule["ScheduleExpression"] == "cron(0 2 1-3 * ? *)"
    assert schedule["Target"]["Arn"] == {"Ref": "ReportMonthFunctionAliaslive"}
    assert schedule["Target"]["RetryPolicy"]["MaximumRetryAttempts"] > 0


@pytest.mark.clause("C-4", "C-6")
def test_what_was_agreed_is_looked_at_every_hour_and_made_up_for_when_late() -> None:
    schedule = schedules()[CHANGES]
    assert schedule["ScheduleExpression"] == "cron(0 * * * ? *)"
    assert schedule["Target"]["Arn"] == {"Ref": "ApplyDueChangesFunctionAliaslive"}
    assert schedule["Target"]["RetryPolicy"]["MaximumRetryAttempts"] > 0


@pytest.mark.clause("C-8")
def test_every_share_of_the_servers_has_its_access_check_and_a_late_one_is_still_in_time() -> None:
    schedule = schedules()["check-access"]
    assert schedule["ScheduleExpression"] == f"cron(0/{SLOT_MINUTES} * * * ? *)"
    assert schedule["Target"]["Arn"] == {"Ref": "CheckAccessFunctionAliaslive"}
    assert schedule["Target"]["RetryPolicy"]["MaximumEventAgeInSeconds"] == SLOT_MINUTES * 60


@pytest.mark.clause("N-8")
def test_the_canary_is_arranged_before_it_fails_and_looked_at_when_all_about_it_is_over() -> None:
    arranged, looked_at = (_daily_at(name) for name in ("arrange-canary", "check-canary"))
    begin = begins_at(MIDNIGHT)
    assert arranged < begin
    assert looked_at > end_due(begin, Policy()) + timedelta(seconds=Policy().talk_seconds)
    assert schedules()["check-canary"]["State"] == {"Fn::If": ["HasCanary", "ENABLED", "DISABLED"]}


def _daily_at(name: str) -> datetime:
    minute, hour, *rest = schedules()[name]["ScheduleExpression"].strip("cron()").split()
    assert rest == ["*", "*", "?", "*"]
    assert schedules()[name]["ScheduleExpressionTimezone"] == "UTC"
    return MIDNIGHT + timedelta(hours=int(hour), minutes=int(minute))


@pytest.mark.clause("N-8")
def test_what_is_arranged_is_the_functions_own_page_and_what_the_parameters_say() -> None:
    written, chosen = schedules()["arrange-canary"]["Target"]["Input"]["Fn::Sub"]
    assert json.loads(written) == {
        "url": "${ServeCanaryFunctionUrl.FunctionUrl}",
        "mail": "${Mail}",
        "phone": "${CanaryNumber}",
    }
    assert chosen == {"Mail": {"Fn::If": ["HasCanary", {"Ref": "CanaryAddress"}, ""]}}


@pytest.mark.clause("N-8")
def test_rounds_are_looked_after_on_a_schedule_of_its_own() -> None:
    schedule = schedules()["sweep-rounds"]
    assert schedule["ScheduleExpression"] == "cron(2/5 * * * ? *)"
    assert schedule["Target"]["Arn"] == {"Ref": "SweepFunctionAliaslive"}
