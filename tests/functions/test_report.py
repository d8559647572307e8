"""What the customer's report says, and how it looks."""

from dataclasses import replace

import pytest

from escalate.case import Case
from escalate.report import compose_report, report_view
from tests.functions.test_mail_reviewed import squeezed, strings
from tests.testdata.mail import cases, night, samples
from tests.testdata.mail.reading import Page
from toban.domain.call import Call, Outcome
from toban.domain.letters import MailKind
from toban.domain.plan import Plan
from toban.domain.record import Event
from toban.domain.repair import StepName, StepReport
from toban.store.documents import to_document
from toban.text.words import words

BOTH = ("ja", "en")


@pytest.mark.parametrize("locale", BOTH)
def test_every_event_of_the_record_stands_in_the_report(locale: str) -> None:
    facts = cases.facts(MailKind.INCIDENT_REPORT, locale, Plan.MANAGED)
    assert facts.history
    report = compose_report(facts.history, facts.provider)
    timeline = report.text.partition("\n3. ")[2].partition("\n4. ")[0]
    entries = [line for line in timeline.splitlines() if line.startswith("2026-")]
    firsts = len(facts.history.alerts)

    assert len(entries) == len(facts.history.events) + firsts
    sentences = {line.partition("T ")[2].strip() for line in entries}
    assert [event.event for event in facts.history.events if event.event in sentences] == []


@pytest.mark.parametrize("locale", BOTH)
def test_an_event_that_has_no_words_yet_is_told_as_it_was_written(locale: str) -> None:
    facts = cases.facts(MailKind.INCIDENT_REPORT, locale, Plan.MANAGED)
    assert facts.history
    strange = replace(facts.history.events[0], key="brand-new", event="something new happened")
    told = compose_report(
        replace(facts.history, events=[*facts.history.events, strange]), facts.provider
    )

    assert "something new happened" in told.text
    assert "something new happened" in Page(told.html).text


@pytest.mark.parametrize("locale", BOTH)
def test_the_page_asks_nothing_of_the_network_and_says_what_the_text_says(locale: str) -> None:
    facts = cases.facts(MailKind.INCIDENT_REPORT, locale, Plan.MANAGED)
    assert facts.history
    report = compose_report(facts.history, facts.provider)
    page = Page(report.html)

    assert page.unclosed == []
    assert page.tags.isdisjoint({"img", "script", "link", "iframe", "a"})
    assert "url(" not in report.html
    text, shown = squeezed(report.text.replace("| ", "")), squeezed(page.text)
    for fact in strings(report_view(Case.of(facts), facts.history)):
        assert (squeezed(fact) in text) == (squeezed(fact) in shown), fact


def test_hostile_words_of_a_server_stay_words() -> None:
    facts = cases.facts(MailKind.INCIDENT_REPORT, "ja", Plan.MANAGED)
    assert facts.history
    evil = "<script>alert(1)</script>\x1b[2J\nERASED"
    step = StepReport(StepName.RESTART, samples.SENT, True, evil)
    report = replace(samples.repaired(), unit=evil, steps=(step,))
    told = compose_report(replace(facts.history, repairs=(report,)), facts.provider)

    assert "script" not in Page(told.html).tags
    assert "\x1b" not in told.text


def test_the_night_of_these_tests_has_every_kind_of_event_that_has_words() -> None:
    known = set(words("ja").sections["event"])
    told = {event.sort for event in night.events("x")}
    only_elsewhere = {"strike", "rechecked", "ended", "failing", "first", "report", "work-item"}
    ends_otherwise = {"refused", "not-needed", "paused", "resumed", "unwatched", "dropped"}
    ends_otherwise |= {"stopped", "after", "acknowledged", "canary", "unproven"}
    plain = {form for form in known if "-" not in form or form in told}

    assert plain - told - only_elsewhere - ends_otherwise - {"calls", "call"} == set()


@pytest.mark.clause("M-1")
@pytest.mark.parametrize("locale", BOTH)
def test_the_customer_reads_that_engineers_were_called_but_not_who(locale: str) -> None:
    facts = cases.facts(MailKind.INCIDENT_REPORT, locale, Plan.MANAGED)
    assert facts.history
    ena = Call(0, 0, "Ena", "+81*****1111", samples.CALLED, Outcome.ACKNOWLEDGED, 9)
    rang = Event(samples.CALLED, "telephone call", to_document(ena), "call#engineers#00#00")
    told = compose_report(
        replace(facts.history, engineer_calls=(ena,), events=[*facts.history.events, rang]),
        facts.provider,
    )

    assert {"ja": "弊社の担当者を呼び出しました(ご確認済み)", "en": "Called one of our engineers"}[
        locale
    ] in told.text
    assert "Ena" not in told.text + told.html
    assert "1111" not in told.text + told.html
