"""Mails on one machine: what SES does to them, and each of them once."""

import email
import email.policy
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from infra.local.journal import Journal
from infra.local.outbox import Mail, MailFolder, MailServerAwayError, Outbox
from infra.local.runtime import HandlerError
from tests.integration.local_sample.sample import sample
from toban.clock import system_time

NOW = datetime(2026, 11, 23, 10, 6, tzinfo=UTC)
ALERT = "acme.web01.20261123T100500Z.alert.0123456789ab"


class _Carrier:
    def __init__(self) -> None:
        self.carried: list[tuple[Mail, str]] = []
        self.away = False

    def carry(self, mail: Mail, file_name: str) -> dict[str, str]:
        if self.away:
            raise MailServerAwayError("away")
        self.carried.append((mail, file_name))
        return {}


_opened: list[Journal] = []


def _journal(folder: Path | None = None) -> Journal:
    _opened.append(Journal(folder))
    return _opened[-1]


@pytest.fixture(autouse=True)
def closed_journals() -> Iterator[None]:
    yield
    while _opened:
        _opened.pop().close()


def _outbox(carrier: Any, journal: Journal | None = None) -> Outbox:
    return Outbox([carrier], journal or _journal(), lambda: NOW, "ap-northeast-1")


def _raw(mail_id: str | None = ALERT) -> bytes:
    own = f"X-Toban-Mail: {mail_id}\r\n" if mail_id else ""
    return (
        "From: toban@msp.example\r\nMESSAGE-ID: <own@msp.example>\r\n folded\r\n"
        "To: taro@example.com\r\n"
        f"date: Mon, 01 Jan 2001 00:00:00 +0000\r\n{own}Subject: Date: not a header\r\n\r\n"
        "Date: in the body\r\n障害\r\n"
    ).encode()


def _send(outbox: Outbox, mail_id: str | None = ALERT, message_id: str = "ses-1") -> str:
    return outbox.send(_raw(mail_id), "toban@msp.example", ("taro@example.com",), message_id)


def _read(path: Path) -> EmailMessage:
    return email.message_from_bytes(path.read_bytes(), policy=email.policy.default)


def test_ses_puts_its_own_message_id_and_date_and_leaves_the_rest() -> None:
    carrier = _Carrier()

    _send(_outbox(carrier))

    mail = carrier.carried[0][0].data.decode()
    headers, _, body = mail.partition("\r\n\r\n")
    assert headers.split("\r\n") == [
        "Message-ID: <ses-1@ap-northeast-1.amazonses.com>",
        "Date: Mon, 23 Nov 2026 10:06:00 +0000",
        "From: toban@msp.example",
        "To: taro@example.com",
        f"X-Toban-Mail: {ALERT}",
        "Subject: Date: not a header",
    ]
    assert body == "Date: in the body\r\n障害\r\n"


def test_a_mail_is_a_file_named_by_rule_time_kind_and_recipient(tmp_path: Path) -> None:
    _send(_outbox(MailFolder(tmp_path / "mail")))

    assert [path.name for path in (tmp_path / "mail").iterdir()] == [
        "20261123T100600Z-alert-taro@example.com.eml"
    ]


def test_the_name_of_a_file_is_safe_whatever_the_address(tmp_path: Path) -> None:
    outbox = _outbox(MailFolder(tmp_path))

    outbox.send(_raw(None), "toban@msp.example", ('"../../x y"@example.com',), "ses-1")

    assert [path.name for path in tmp_path.iterdir()] == [
        "20261123T100600Z-mail-_.._.._x_y_@example.com.eml"
    ]


def test_two_mails_of_one_moment_are_two_files(tmp_path: Path) -> None:
    outbox = _outbox(MailFolder(tmp_path))

    _send(outbox, "a.20261123T100500Z.alert.1", "ses-1")
    _send(outbox, "b.20261123T100500Z.alert.1", "ses-2")

    assert len(list(tmp_path.iterdir())) == 2


def test_a_repeated_mail_is_answered_and_not_sent_again() -> None:
    carrier = _Carrier()
    outbox = _outbox(carrier)

    assert _send(outbox, message_id="ses-1") == "ses-1"
    assert _send(outbox, message_id="ses-2") == "ses-1"

    assert len(carrier.carried) == 1


def test_a_repeated_mail_is_known_to_the_next_process(tmp_path: Path) -> None:
    carrier, first = _Carrier(), _journal(tmp_path)
    _send(_outbox(carrier, first), message_id="ses-1")
    first.close()

    second = _journal(tmp_path)
    assert _send(_outbox(carrier, second), message_id="ses-2") == "ses-1"
    second.close()

    assert len(carrier.carried) == 1


def test_a_mail_that_was_cut_off_is_finished_under_its_first_name() -> None:
    carrier, journal = _Carrier(), _journal()
    carrier.away = True
    with pytest.raises(MailServerAwayError):
        _send(_outbox(carrier, journal), message_id="ses-1")
    carrier.away = False

    assert _send(_outbox(carrier, journal), message_id="ses-2") == "ses-1"

    ((mail, name),) = carrier.carried
    assert b"<ses-1@" in mail.data
    assert name == "20261123T100600Z-alert-taro@example.com.eml"


def test_mails_without_an_id_are_all_sent() -> None:
    carrier = _Carrier()
    outbox = _outbox(carrier)

    _send(outbox, None, "ses-1")
    _send(outbox, None, "ses-2")

    assert len(carrier.carried) == 2


def test_a_mail_goes_through_the_whole_system(tmp_path: Path) -> None:
    with sample(mail=tmp_path) as system:
        answer = system.invoke("MailFunction", {"id": ALERT, "to": "taro@example.com"})

    (path,) = tmp_path.iterdir()
    mail = _read(path)
    assert mail["Message-ID"] == f"<{answer['message_id']}@ap-northeast-1.amazonses.com>"
    assert str(mail["Subject"]) == "警報"
    assert mail.get_content().split() == ["障害"]
    assert mail["Date"].datetime - system_time() < timedelta(hours=1)


def test_an_unverified_sender_is_refused_as_ses_does(tmp_path: Path) -> None:
    with sample(mail=tmp_path) as system:
        event = {"id": ALERT, "to": "taro@example.com", "from": "who@elsewhere.example"}
        with pytest.raises(HandlerError) as refused:
            system.invoke("MailFunction", event)
        with pytest.raises(ClientError) as raw:
            system.client("sesv2").send_email(
                FromEmailAddress="who@elsewhere.example",
                Destination={"ToAddresses": ["taro@example.com"]},
                Content={"Raw": {"Data": b"Subject: x\r\n\r\nx"}},
            )

    assert refused.value.document["errorType"] == "MessageRejected"
    assert raw.value.response["Error"]["Code"] == "MessageRejected"
    assert list(tmp_path.iterdir()) == []
