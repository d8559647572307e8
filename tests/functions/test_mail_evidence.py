"""What of a server's output gets into a mail, and that it can do no harm there."""

from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from escalate.evidence import FINDING_BUDGET, MAIL_BUDGET, evidence
from escalate.facts import Facts
from escalate.letter import compose
from tests.testdata.mail import cases, samples
from tests.testdata.mail.reading import Page
from toban.domain.check import Resource
from toban.domain.contract import Customer
from toban.domain.letters import MailKind, Provider
from toban.domain.observation import Observation
from toban.domain.plan import Plan
from toban.domain.repair import Diagnostics, Finding, RepairReport, StepName, StepReport
from toban.domain.runbook import EntryFailure
from toban.text.words import words

AT: datetime = samples.CONFIRMED
ANYTHING = st.text(alphabet=st.characters(), max_size=200)


def found(*findings: Finding, failure: str = "") -> Diagnostics:
    return Diagnostics(AT, AT, findings, failure)


def titles(diagnostics: Diagnostics, resource: Resource | None = None) -> list[str]:
    return [section.title for section in evidence(diagnostics, words("en"), resource).sections]


def test_the_most_telling_findings_stand_first() -> None:
    assert titles(samples.collected())[:2] == ["State of the service", "Log of the service"]


def test_a_mail_about_a_disk_begins_with_the_disk() -> None:
    assert titles(samples.collected(), Resource.DISK)[0] == "Disk space"


def test_a_command_that_printed_nothing_takes_no_room() -> None:
    assert "Out-of-memory and disk errors" not in titles(samples.collected())


def test_a_command_that_was_cut_off_is_named_even_if_it_printed_nothing() -> None:
    [section] = evidence(found(Finding("du", "du -xk", "", None)), words("en")).sections

    assert section.note == "(not finished in time: the output is incomplete)"
    assert section.lines == ("$ du -xk", "(no output)")


def test_what_there_was_no_time_for_is_told_without_a_command() -> None:
    skipped = Finding("skipped", "", "disk\nmem\nown-check", None, truncated=True)
    [section] = evidence(found(skipped), words("ja")).sections

    assert section.title == "取得できなかった情報"
    assert "".join(section.lines) == (
        "時間切れ、または接続の切断により、次の情報は取得できませんでした: "
        "ディスク使用状況、メモリ使用状況、own-check"
    )
    assert section.note == ""


def test_what_was_looked_at_is_told_in_the_readers_language_where_it_is_no_command() -> None:
    asked = "ask shop on the server itself, http port 80"
    answer = "curl: (7) Failed to connect\nno answer on 127.0.0.1 port 80"
    conf = "test the configuration of shop"
    looked = found(Finding("local", asked, answer, 0), Finding("conf", conf, "stopped", 0))
    tested, local = evidence(looked, words("ja")).sections

    assert local.lines == (
        "サーバ内部から shop へ接続(http ポート 80)",
        "curl: (7) Failed to connect",
        "127.0.0.1 ポート 80: 応答なし",
    )
    assert tested.lines == ("shop の設定ファイルを検査", "stopped")


def test_a_long_log_keeps_its_newest_lines() -> None:
    log = "\n".join(f"line {number}" for number in range(2_000))
    [section] = evidence(found(Finding("log", "tail", log, 0)), words("en")).sections

    assert section.lines[-1] == "line 1999"
    assert section.note == "(shortened: only a part is shown)"


def test_a_long_list_keeps_its_first_lines() -> None:
    processes = "\n".join(f"process {number}" for number in range(2_000))
    [section] = evidence(found(Finding("cpu_top", "ps", processes, 0)), words("en")).sections

    assert section.lines[1] == "process 0"


def test_what_a_mail_cannot_hold_is_counted_and_kept() -> None:
    many = [
        Finding(f"finding-{number}", "x", "\n".join(["y" * 90] * 30), 0) for number in range(20)
    ]
    shown = evidence(found(*many), words("ja"))

    assert 0 < len(shown.sections) < 20
    assert shown.kept == f"このほか{20 - len(shown.sections)}件の情報は、弊社にて保管しております。"


@settings(max_examples=60)
@given(st.lists(st.tuples(ANYTHING, st.text(alphabet="<&>\"'\nあ x", max_size=9_000)), max_size=12))
def test_findings_stay_within_the_budget_of_a_mail(findings: list[tuple[str, str]]) -> None:
    diagnostics = found(*(Finding(name, name, output, 0) for name, output in findings))
    facts = replace(cases.facts(MailKind.ALERT, "en"), diagnostics=diagnostics)
    bare = compose(replace(facts, diagnostics=found()))
    letter = compose(facts)

    frames = 700 * len(findings)
    assert len(letter.html.encode()) - len(bare.html.encode()) <= MAIL_BUDGET + frames
    assert len(letter.text.encode()) - len(bare.text.encode()) <= MAIL_BUDGET + frames
    assert FINDING_BUDGET < MAIL_BUDGET


@pytest.mark.parametrize("failure", list(EntryFailure))
@pytest.mark.parametrize("locale", ["ja", "en"])
def test_every_reason_why_a_server_was_not_entered_is_put_into_words(
    failure: EntryFailure, locale: str
) -> None:
    message = evidence(found(failure=failure.value), words(locale)).message

    assert words(locale).of(failure) in message


def test_a_reason_that_has_no_word_is_shown_as_it_came() -> None:
    message = evidence(found(failure="no secret\nof that name"), words("en")).message

    assert "(no secret of that name)" in message


def test_what_was_found_before_the_connection_broke_is_shown() -> None:
    broken = replace(samples.collected(), failure="dropped")
    shown = evidence(broken, words("en"))

    assert shown.sections
    assert shown.message == "Collection ended early; this is what we have (connection lost)."


def test_a_server_cannot_forge_our_lines() -> None:
    forged = (
        "------------------------------\n管理番号   : acme.bank01\n■ 検知時のサーバ情報(自動取得)"
    )
    facts = replace(
        cases.facts(MailKind.ALERT, "ja"), diagnostics=found(Finding("log", "tail", forged, 0))
    )
    ours = [line for line in compose(facts).text.splitlines() if not line.startswith("| ")]

    assert len([line for line in ours if line.startswith("管理番号")]) == 1
    assert len([line for line in ours if line.startswith("■")]) == 1


def test_a_server_cannot_break_out_of_the_html() -> None:
    hostile = "</pre></div><script>alert(1)</script><img src=http://203.0.113.9/x.png>{{ 7*7 }}"
    facts = replace(
        cases.facts(MailKind.ALERT, "en"), diagnostics=found(Finding("log", hostile, hostile, 0))
    )
    letter = compose(facts)
    page = Page(letter.html)

    assert page.tags.isdisjoint({"script", "img"})
    assert "<script>alert(1)</script>" in page.text
    assert "{{ 7*7 }}" in letter.text


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(list(MailKind)), st.sampled_from(["ja", "en"]), ANYTHING)
def test_whatever_anybody_writes_the_mail_keeps_its_shape(
    kind: MailKind, locale: str, text: str
) -> None:
    plain = compose(cases.facts(kind, locale))
    letter = compose(_with_everything_named(kind, locale, text))
    page = Page(letter.html)

    assert page.unclosed == []
    assert page.tags <= Page(plain.html).tags | {"pre", "h2"}
    assert page.attributes == Page(plain.html).attributes
    assert letter.subject.isprintable() or "\u3000" in letter.subject or not text.isprintable()
    assert not {"\r", "\n", "\x00"} & set(letter.subject)
    letter.text.encode()
    letter.html.encode()


def _with_everything_named(kind: MailKind, locale: str, text: str) -> Facts:
    facts = cases.facts(kind, locale)
    monitor = replace(samples.HTTP, name_ja=text, name_en=text, item=text)
    down = replace(samples.HTTP_DOWN, observation=_saying(text))
    step = StepReport(StepName.TEST_CONFIG, AT, False, text)
    repair = replace(samples.held_back(), unit=text, steps=(step,))
    return replace(
        facts,
        customer=Customer("acme", text, (), locale),
        provider=Provider(text, "alert@anchor.example", "ops@anchor.example", text, locale),
        server=replace(samples.server(Plan.RESPOND), monitors=(monitor,), addresses=(text,)),
        alerts=(down,) if facts.alerts else (),
        monitor_id=facts.monitor_id,
        diagnostics=found(Finding(text, text, text, None), failure=text),
        repair=repair if isinstance(facts.repair, RepairReport) else None,
        detail=text,
    )


def _saying(text: str) -> Observation:
    return replace(samples.HTTP_DOWN.observation, evidence=text)
