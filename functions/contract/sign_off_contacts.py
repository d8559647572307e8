"""What the sheet to sign tells of the contacts: their order, hours, tests, and when nobody may be
telephoned (N-2, P-4).
"""

from collections.abc import Iterator, Sequence
from itertools import takewhile
from typing import Any

from toban.domain.acceptance import Acceptance, CallState, ContactAcceptance
from toban.domain.call import Outcome
from toban.domain.contract import Contact
from toban.domain.coverage import Gap
from toban.domain.hours import WEEK, Day, clock_time
from toban.text.plain import one_line
from toban.text.words import SECTIONS, Words

View = dict[str, Any]
_SECTION = "sign_off_contacts"
_NOTHING = ContactAcceptance()
_IN_A_ROW = 3


def contact_views(contacts: Sequence[Contact], found: Acceptance, said: Words) -> Iterator[View]:
    """Yield each contact with what became of the tests."""
    tried = [*found.contacts, *[_NOTHING] * len(contacts)]
    for number, (contact, each) in enumerate(zip(contacts, tried, strict=False), 1):
        yield {
            "number": number,
            "name": one_line(contact.name),
            "mail": contact.mail,
            "phone": contact.phone,
            "hours": [stretch_words(h.days, h.starts, h.ends, said) for h in contact.hours],
            "mail_test": said.say(_SECTION, each.mail or "not_tried"),
            "call_test": _call(each.call, said),
            "passed": each.passed,
            "mail_passed": each.mail_passed,
            "call_passed": each.call_passed,
        }


def gap_words(gaps: Sequence[Gap], said: Words) -> list[str]:
    """Return the gaps, one a line, in the customer's language."""
    return [stretch_words(gap.days, gap.starts, gap.ends, said) for gap in gaps]


def stretch_words(days: Sequence[str], starts: int, ends: int, said: Words) -> str:
    """Return e.g. "月〜金・祝日 18:00〜24:00"."""
    named = said.say("day", "between").join(_runs(days, said))
    return said.say(
        _SECTION, "stretch", days=named, starts=clock_time(starts), ends=clock_time(ends)
    )


def _runs(days: Sequence[str], said: Words) -> Iterator[str]:
    """Yield single days, and three or more of a week in a row as one."""
    left = list(days)
    while left:
        week = WEEK[WEEK.index(Day(left[0])) :] if left[0] in set(WEEK) else ()
        row = len(list(takewhile(lambda pair: pair[0] == pair[1], zip(left, week, strict=False))))
        length = row if row >= _IN_A_ROW else 1
        first, last = said.say("day", left[0]), said.say("day", left[length - 1])
        yield said.say("day", "run", first=first, last=last) if length > 1 else first
        left = left[length:]


def _call(state: str, said: Words) -> str:
    if not state or state in set(CallState):
        return said.say(_SECTION, state or "not_tried")
    return said.say(SECTIONS[Outcome], state)
