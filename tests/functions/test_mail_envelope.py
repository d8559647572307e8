"""Mails in their envelopes, read back with the parser of the mail's own standard."""

import email
import email.policy
import re
import shutil
import subprocess
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from escalate.envelope import message_id_of, to_mime
from escalate.letter import Letter, compose
from tests.testdata.mail import cases
from toban.domain.letters import Mailbox, MailKind, mail_id
from toban.text.plain import one_line

INCIDENT = "acme.web01.20261122T180503Z"
SENDER = Mailbox("アンカー監視センター", "alert@anchor.example")
HANAKO = Mailbox("山田 花子", "hanako@acme.example")
MAIL = mail_id(INCIDENT, MailKind.ALERT, "", HANAKO.address)
AT = datetime(2026, 11, 22, 18, 6, 1, tzinfo=UTC)
BOTH = ("ja", "en")
REPORTS = {name for name in cases.CASES if name.startswith("month_report")}
GRAPHS = {name for name in cases.CASES if name.endswith("-graphs")}
HEADERS = {
    *("From", "To", "Subject", "Date", "Message-ID", "In-Reply-To", "References"),
    *("Content-Language", "Content-Type", "MIME-Version", "Auto-Submitted"),
    *("X-Auto-Response-Suppress", "X-Toban-Mail", "X-Toban-Incident"),
}


def written(
    letter: Letter,
    recipient: Mailbox = HANAKO,
    sender: Mailbox = SENDER,
    incident_id: str = INCIDENT,
    thread: str | None = None,
) -> bytes:
    return to_mime(letter, sender, recipient, MAIL, incident_id, thread, AT)


def read(raw: bytes) -> EmailMessage:
    return email.message_from_bytes(raw, policy=email.policy.default)


def alert(locale: str = "ja") -> Letter:
    return compose(cases.facts(MailKind.ALERT, locale))


@pytest.mark.parametrize("locale", BOTH)
@pytest.mark.parametrize(
    "name", [name for name in sorted(cases.CASES) if name not in GRAPHS | REPORTS]
)
def test_every_mail_is_read_back_as_it_was_written(name: str, locale: str) -> None:
    letter = compose(cases.case(name, locale))
    message = read(written(letter))
    text, html = message.iter_parts()

    assert message["Subject"] == letter.subject
    assert [text.get_content_type(), html.get_content_type()] == ["text/plain", "text/html"]
    assert text.get_content().replace("\r\n", "\n") == letter.text
    assert html.get_content().replace("\r\n", "\n") == letter.html
    assert [part.defects for part in message.walk()] == [[], [], []]


@pytest.mark.parametrize("locale", BOTH)
@pytest.mark.parametrize("name", sorted(cases.CASES))
def test_every_mail_is_seven_bit_in_short_lines(name: str, locale: str) -> None:
    raw = written(compose(cases.case(name, locale)))

    assert raw.isascii()
    assert max(len(line) for line in raw.split(b"\r\n")) <= 998
    assert not re.search(rb"(?<!\r)\n|\r(?!\n)", raw)


def test_a_japanese_subject_is_folded_into_encoded_words() -> None:
    head = written(alert()).split(b"\r\n\r\n")[0]
    words = re.findall(rb"=\?utf-8\?[bq]\?[^?]*\?=", head)

    assert words
    assert max(len(word) for word in words) <= 75
    folded = head[head.index(b"Subject:") : head.index(b"Date:")].split(b"\r\n")
    assert max(len(line) for line in folded) <= 78


def test_the_mail_is_from_the_provider_to_one_person() -> None:
    message = read(written(alert()))

    assert str(message["From"]) == "アンカー監視センター <alert@anchor.example>"
    assert [str(each) for each in message["To"].addresses] == ["山田 花子 <hanako@acme.example>"]
    assert message["Date"].datetime == AT


def test_the_mail_asks_robots_not_to_answer() -> None:
    message = read(written(alert()))

    assert message["Auto-Submitted"] == "auto-generated"
    assert message["X-Auto-Response-Suppress"] == "All"


@pytest.mark.parametrize("locale", BOTH)
def test_the_mail_says_which_it_is_and_in_which_language(locale: str) -> None:
    message = read(written(alert(locale)))

    assert message["X-Toban-Mail"] == MAIL
    assert message["X-Toban-Incident"] == INCIDENT
    assert message["Content-Language"] == locale


def test_all_mails_of_an_incident_hang_on_one_root() -> None:
    message = read(written(alert()))

    assert message["References"] == f"<{INCIDENT}@anchor.example>"
    assert message["In-Reply-To"] == f"<{INCIDENT}@anchor.example>"


def test_later_mails_answer_the_recipients_first_one_as_ses_named_it() -> None:
    first = message_id_of("0106019a-beef-000000", "ap-northeast-1")
    message = read(written(alert(), thread=first))

    named = "<0106019a-beef-000000@ap-northeast-1.amazonses.com>"
    assert message["In-Reply-To"] == named
    assert message["References"].split() == [f"<{INCIDENT}@anchor.example>", named]


def test_the_longest_ids_stand_in_the_headers_as_they_are() -> None:
    incident = f"{'c' * 16}.{'h' * 24}.20261122T180503Z"
    mail = mail_id(incident, MailKind.OPERATOR_NOTICE, f"x.{'m' * 20}", HANAKO.address)
    first = message_id_of("0106019a-" + "f" * 60, "ap-northeast-1")
    raw = to_mime(alert(), SENDER, HANAKO, mail, incident, first, AT).decode()

    assert f"\r\nMessage-ID: <{mail}@anchor.example>\r\n" in raw
    assert f"\r\nIn-Reply-To: <{first}>\r\n" in raw
    assert f"\r\nReferences: <{incident}@anchor.example>\r\n <{first}>\r\n" in raw
    assert f"\r\nX-Toban-Mail: {mail}\r\n" in raw


def test_the_oldest_region_names_its_mails_in_its_own_way() -> None:
    assert message_id_of("0100", "us-east-1") == "0100@email.amazonses.com"


@pytest.mark.parametrize("thread", ["", "no id", "a@b>\r\nBcc: eve@example.com"])
def test_a_thread_that_is_no_message_id_is_left_out(thread: str) -> None:
    message = read(written(alert(), thread=thread))

    assert message["References"] == f"<{INCIDENT}@anchor.example>"


def test_a_mail_without_an_incident_stands_alone() -> None:
    message = read(written(alert(), incident_id=""))

    assert message["References"] is None
    assert message["X-Toban-Incident"] is None


def test_a_round_of_probes_may_own_a_mail_too() -> None:
    message = read(written(alert(), incident_id="every-3-min.phase-0.2026-11-22T18:03:00+00:00"))

    assert message["References"] == (
        "<every-3-min.phase-0.2026-11-22T18-03-00-00-00@anchor.example>"
    )


@pytest.mark.parametrize(
    "address", ["no address", "a@b@c", "", "花子@acme.example", "eve@x\r\nBcc: all@acme.example"]
)
def test_an_address_that_is_none_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="not a mail address"):
        written(alert(), Mailbox("Eve", address))


ANYTHING = st.text(alphabet=st.characters(), max_size=120)


@settings(max_examples=200, deadline=None)
@given(ANYTHING, ANYTHING, ANYTHING)
def test_no_name_and_no_subject_can_add_a_header_or_a_recipient(
    sender: str, recipient: str, subject: str
) -> None:
    letter = Letter(one_line(subject), "text\n", "<p>html</p>\n", "ja")
    raw = written(letter, Mailbox(recipient, HANAKO.address), Mailbox(sender, SENDER.address))
    message = read(raw)

    assert set(message.keys()) == HEADERS
    assert [each.addr_spec for each in message["To"].addresses] == [HANAKO.address]
    assert [each.addr_spec for each in message["From"].addresses] == [SENDER.address]
    assert message["Subject"] == letter.subject


INJECTIONS = [
    "Eve\r\nBcc: all@acme.example",
    "Eve\nBcc: all@acme.example\n\nfake body",
    '"Eve" <eve@example.com>,',
    "=?utf-8?q?Eve=0d=0aBcc:_all=40acme.example?=",
    "Eve\u2028Bcc: all@acme.example",
    "Eve\x85Bcc: x\x0bY\x1cZ",
    "\\",
    '"',
]


@pytest.mark.parametrize("name", INJECTIONS)
def test_a_name_that_tries_to_be_more_stays_a_name(name: str) -> None:
    message = read(written(alert(), Mailbox(name, HANAKO.address), Mailbox(name, SENDER.address)))

    assert set(message.keys()) == HEADERS
    assert [each.addr_spec for each in message["To"].addresses] == [HANAKO.address]


@pytest.mark.skipif(shutil.which("reformime") is None, reason="reformime (maildrop) is not here")
def test_a_real_mail_tool_sees_both_alternatives() -> None:
    raw = written(alert())
    listed = subprocess.run(
        ["reformime", "-i"], input=raw, capture_output=True, check=True
    ).stdout.decode()

    assert "content-type: multipart/alternative" in listed
    assert "content-type: text/plain" in listed
    assert "content-type: text/html" in listed
