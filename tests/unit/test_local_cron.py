"""Schedule expressions as EventBridge Scheduler reads them."""

from datetime import UTC, datetime, timedelta

import pytest

from infra.local.cron import ExpressionError, parse

MONDAY = datetime(2026, 11, 23, 10, 1, 30, tzinfo=UTC)


def _slots(text: str, count: int = 3, zone: str = "UTC", after: datetime = MONDAY) -> list[str]:
    expression, found, moment = parse(text, zone, after), [], after
    for _ in range(count):
        slot = expression.next_after(moment)
        if slot is None:
            break
        found.append(f"{slot:%Y-%m-%d %H:%M}")
        moment = slot
    return found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("cron(0/3 * * * ? *)", ["2026-11-23 10:03", "2026-11-23 10:06", "2026-11-23 10:09"]),
        ("cron(1/3 * * * ? *)", ["2026-11-23 10:04", "2026-11-23 10:07", "2026-11-23 10:10"]),
        ("cron(2/3 * * * ? *)", ["2026-11-23 10:02", "2026-11-23 10:05", "2026-11-23 10:08"]),
        ("cron(4/5 * * * ? *)", ["2026-11-23 10:04", "2026-11-23 10:09", "2026-11-23 10:14"]),
        ("cron(0,20,40 * * * ? *)", ["2026-11-23 10:20", "2026-11-23 10:40", "2026-11-23 11:00"]),
        ("cron(15 8-10 * * ? *)", ["2026-11-23 10:15", "2026-11-24 08:15", "2026-11-24 09:15"]),
        ("cron(10-50/20 0 * * ? *)", ["2026-11-24 00:10", "2026-11-24 00:30", "2026-11-24 00:50"]),
        ("cron(0 9 ? * MON-FRI *)", ["2026-11-24 09:00", "2026-11-25 09:00", "2026-11-26 09:00"]),
        ("cron(0 9 ? * 1 *)", ["2026-11-29 09:00", "2026-12-06 09:00", "2026-12-13 09:00"]),
        ("cron(0 9 1 * ? *)", ["2026-12-01 09:00", "2027-01-01 09:00", "2027-02-01 09:00"]),
        ("cron(0 9 31 * ? *)", ["2026-12-31 09:00", "2027-01-31 09:00", "2027-03-31 09:00"]),
        ("cron(0 0 L * ? *)", ["2026-11-30 00:00", "2026-12-31 00:00", "2027-01-31 00:00"]),
        ("cron(0 0 1W * ? *)", ["2026-12-01 00:00", "2027-01-01 00:00", "2027-02-01 00:00"]),
        ("cron(0 0 15W 8 ? *)", ["2027-08-16 00:00", "2028-08-15 00:00", "2029-08-15 00:00"]),
        ("cron(0 0 LW 1 ? *)", ["2027-01-29 00:00", "2028-01-31 00:00", "2029-01-31 00:00"]),
        ("cron(0 0 ? * FRI#2 *)", ["2026-12-11 00:00", "2027-01-08 00:00", "2027-02-12 00:00"]),
        ("cron(0 0 ? * 6L *)", ["2026-11-27 00:00", "2026-12-25 00:00", "2027-01-29 00:00"]),
        ("cron(0 0 29 FEB ? *)", ["2028-02-29 00:00", "2032-02-29 00:00", "2036-02-29 00:00"]),
        ("cron(0 0 1 1 ? 2027-2028)", ["2027-01-01 00:00", "2028-01-01 00:00"]),
        ("cron(0 0 1 1 ? 2020)", []),
        ("rate(5 minutes)", ["2026-11-23 10:06", "2026-11-23 10:11", "2026-11-23 10:16"]),
        ("rate(1 hour)", ["2026-11-23 11:01", "2026-11-23 12:01", "2026-11-23 13:01"]),
        ("rate(2 days)", ["2026-11-25 10:01", "2026-11-27 10:01", "2026-11-29 10:01"]),
        ("at(2026-11-23T10:30:00)", ["2026-11-23 10:30"]),
        ("at(2026-11-23T10:00:00)", []),
    ],
)
def test_an_expression_has_these_slots(text: str, expected: list[str]) -> None:
    assert _slots(text) == expected


def test_a_slot_is_later_than_the_moment_it_is_asked_for() -> None:
    slot = datetime(2026, 11, 23, 10, 3, tzinfo=UTC)

    assert _slots("cron(0/3 * * * ? *)", 1, after=slot) == ["2026-11-23 10:06"]


def test_a_schedule_follows_its_own_time_zone() -> None:
    assert _slots("cron(0 9 * * ? *)", 2, "Asia/Tokyo") == ["2026-11-24 00:00", "2026-11-25 00:00"]
    assert _slots("at(2026-11-23T20:00:00)", 1, "Asia/Tokyo") == ["2026-11-23 11:00"]


def test_an_hour_that_summer_time_skips_has_no_slot() -> None:
    before = datetime(2026, 3, 28, 12, tzinfo=UTC)

    assert _slots("cron(30 2 * * ? *)", 2, "Europe/Berlin", before) == [
        "2026-03-30 00:30",
        "2026-03-31 00:30",
    ]


def test_a_rate_counts_from_its_start() -> None:
    started = MONDAY - timedelta(minutes=7)
    expression = parse("rate(5 minutes)", started=started)

    assert expression.next_after(MONDAY) == started + timedelta(minutes=10)


@pytest.mark.parametrize(
    "text",
    [
        "cron(* * * * *)",
        "cron(* * * * * *)",
        "cron(* * ? * ? *)",
        "cron(60 * * * ? *)",
        "cron(5-1 * * * ? *)",
        "cron(x * * * ? *)",
        "cron(0/0 * * * ? *)",
        "cron(0 0 32 * ? *)",
        "rate(0 minutes)",
        "rate(5 fortnights)",
        "every day",
    ],
)
def test_what_aws_refuses_is_refused(text: str) -> None:
    with pytest.raises(ExpressionError):
        parse(text, started=MONDAY)
