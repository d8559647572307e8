"""A record is told in the order of time, and then as things follow from each other."""

from datetime import UTC, datetime, timedelta

from toban.domain.record import Event, in_order

AT = datetime(2026, 11, 23, 10, tzinfo=UTC)
INCIDENT = "acme.web01.20261123T100000Z"


def keys(*events: Event) -> list[str]:
    return [event.key for event in sorted(events, key=in_order)]


def test_what_came_earlier_is_told_earlier() -> None:
    later = Event(AT + timedelta(seconds=1), "", None, "confirmed#acme.web01.http")

    assert keys(later, Event(AT, "", None, "closed")) == ["closed", "confirmed#acme.web01.http"]


def test_what_has_the_same_time_is_told_as_it_follows() -> None:
    told = [
        "confirmed#acme.web01.http",
        "gathered",
        "diagnostics",
        f"mail#{INCIDENT}.alert.aaaaaaaaaaaa",
        "rails#acme.web01.http",
        "repair#acme.web01.http",
        f"mail#{INCIDENT}.failure_contact.http.aaaaaaaaaaaa",
        "call#contacts#00#00",
        "calls#contacts",
        "paused#acme.web01.http",
        f"mail#{INCIDENT}.unreachable_all.http.aaaaaaaaaaaa",
        "closed",
        "something-new",
    ]

    assert keys(*(Event(AT, "", None, key) for key in reversed(told))) == told


def test_a_server_may_be_called_like_a_mail() -> None:
    told = [
        "mail#acme.recovery.20261123T100000Z.alert.aaaaaaaaaaaa",
        "repair#acme.recovery.alert",
        "mail#acme.recovery.20261123T100000Z.response_done.alert.aaaaaaaaaaaa",
        "closed",
    ]

    assert keys(*(Event(AT, "", None, key) for key in reversed(told))) == told
