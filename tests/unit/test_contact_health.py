"""What mails and calls show of a contact: in any order, twice, and told once a spell."""

from datetime import UTC, datetime, timedelta
from functools import reduce
from itertools import permutations

import pytest

from toban.domain.call import Call, Outcome
from toban.domain.contact_health import (
    ContactHealth,
    ContactNotice,
    Fate,
    MailEvent,
    after_call,
    after_mail,
    notice_of,
)

AT = datetime(2026, 11, 24, 17, 0, tzinfo=UTC)


def event(fate: Fate, hours: float = 0) -> MailEvent:
    return MailEvent(fate, AT + timedelta(hours=hours), "550")


def told(*events: MailEvent) -> list[ContactNotice]:
    """Return what the operators hear of the events, one after the other."""
    health, found = ContactHealth(), []
    for each in events:
        health = after_mail(health, each)
        if heard := notice_of(health, each):
            found.append(heard)
    return found


def called(outcome: Outcome, hours: float = 0) -> Call:
    return Call(0, 0, "Alice", "+8190****0001", AT + timedelta(hours=hours), outcome)


@pytest.mark.clause("N-10")
def test_an_address_that_keeps_bouncing_is_told_of_once() -> None:
    later = [event(fate, n) for n, fate in enumerate((Fate.SUPPRESSED, Fate.UNDELIVERED), 1)]

    assert told(event(Fate.BOUNCED), *later) == [ContactNotice.UNREACHABLE]


@pytest.mark.clause("N-10")
def test_an_address_that_is_reached_again_a_day_later_is_told_of_and_a_new_spell_too() -> None:
    spells = (event(Fate.BOUNCED), event(Fate.DELIVERED, 30), event(Fate.BOUNCED, 60))

    assert told(*spells) == [
        ContactNotice.UNREACHABLE,
        ContactNotice.REACHED,
        ContactNotice.UNREACHABLE,
    ]


def test_a_server_that_takes_every_mail_and_returns_it_later_does_not_come_and_go() -> None:
    each_mail = [
        event(fate, mail + after)
        for mail in range(4)
        for fate, after in ((Fate.DELIVERED, 0), (Fate.BOUNCED, 0.1))
    ]

    assert told(*each_mail) == [ContactNotice.UNREACHABLE]


def test_the_same_event_again_has_the_same_to_tell() -> None:
    first = event(Fate.BOUNCED)

    assert told(first, event(Fate.BOUNCED, 1), first) == [ContactNotice.UNREACHABLE] * 2


def test_what_is_known_in_the_end_does_not_depend_on_the_order_of_events() -> None:
    events = [
        event(Fate.BOUNCED),
        event(Fate.DELIVERED, 30),
        event(Fate.DELIVERED, 31),
        event(Fate.SUPPRESSED, 20),
    ]
    ends = {reduce(after_mail, order, ContactHealth()) for order in permutations(events)}

    assert {(each.trouble, each.delivered_at) for each in ends} == {
        (Fate.SUPPRESSED, AT + timedelta(hours=31))
    }


@pytest.mark.parametrize("fate", [Fate.DELAYED, Fate.REJECTED, Fate.NOT_RENDERED])
def test_what_says_nothing_of_the_address_changes_nothing(fate: Fate) -> None:
    assert after_mail(ContactHealth(), event(fate)) == ContactHealth()


@pytest.mark.clause("P-4")
def test_only_a_key_shows_that_a_telephone_reaches_a_person() -> None:
    voicemail = after_call(ContactHealth(), called(Outcome.ANSWERED_NO_KEY))
    pressed = after_call(voicemail, called(Outcome.PASSED_ON, 1))
    silent = after_call(pressed, called(Outcome.NO_ANSWER, 2))

    assert voicemail.never_reached
    assert not pressed.never_reached
    assert silent.answered_at == AT + timedelta(hours=1)
    assert silent.call_outcome is Outcome.NO_ANSWER
    assert after_call(silent, called(Outcome.INVALID_NUMBER, 0)) == silent
