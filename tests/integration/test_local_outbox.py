"""Mails on one machine: what SES does to them, and each of them once."""

import email
import email.policy
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from infra.local.journal import Journal
from infra.local.outbox import Mail, MailFolder, MailServerAwayError, Outbox, SmtpRelay
from infra.local.runtime import HandlerError
from tests.integration.local_sample.sample import ended, sample, start
from toban.clock import system_time

NOW = datetime(2026, 11, 23, 10, 6, tzinfo=UTC)
ALERT = "acme.web01.20261123T100500Z.alert.0123456789ab"


class _Carrier:
    def __init__(self) -> None:
        self.carried: list[tuple[Mail, str]] = []
        self.away = False

    def carry(self, mail: Mail, file_name: str) -> None:
        if self.away:
            raise MailServerAwayError("away")
        self.carried.append((mail, file_name))


def _outbox(carrier: Any, journal: Journal | None = None) -> Outbox:
    return Outbox([carrier], journal or Journal(None), lambda: NOW, "ap-northeast-1")


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
    carrier, first = _Carrier(), Journal(tmp_path)
    _send(_outbox(carrier, first), message_id="ses-1")
    first.close()

    second = Journal(tmp_path)
    assert _send(_outbox(carrier, second), message_id="ses-2") == "ses-1"
    second.close()

    assert len(carrier.carried) == 1


def test_a_mail_that_was_cut_off_is_finished_under_its_first_name() -> None:
    carrier, journal = _Carrier(), Journal(None)
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


class _MailServer(socketserver.StreamRequestHandler):
    """Speaks just enough SMTP; refuses recipients by what their address says."""

    def handle(self) -> None:
        self.wfile.write(b"220 here\r\n")
        for line in self.rfile:
            command = line.decode().strip().upper()
            if command == "DATA":
                self.wfile.write(b"354 go on\r\n")
                self._take()
            elif command.startswith("RCPT") and "NOBODY" in command:
                self.wfile.write(b"550 no such user\r\n")
            elif command.startswith("RCPT") and "LATER" in command:
                self.wfile.write(b"450 try again\r\n")
            else:
                self.wfile.write(b"250 ok\r\n")
            if command == "QUIT":
                return

    def _take(self) -> None:
        lines = list(iter(self.rfile.readline, b".\r\n"))
        self.server.taken.append(b"".join(lines))  # type: ignore[attr-defined]
        self.wfile.write(b"250 taken\r\n")


@contextmanager
def _mail_server() -> Iterator[Any]:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _MailServer) as server:
        server.daemon_threads = True
        server.taken = []  # type: ignore[attr-defined]
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def _relay(server: Any, recipient: str) -> None:
    relay = SmtpRelay("127.0.0.1", server.server_address[1])
    relay.carry(
        Mail(b"Subject: x\r\n\r\n" + "障害".encode(), "toban@msp.example", (recipient,)), ""
    )


def test_a_relayed_mail_arrives_unchanged() -> None:
    with _mail_server() as server:
        _relay(server, "taro@example.com")

        assert server.taken == [b"Subject: x\r\n\r\n" + "障害".encode() + b"\r\n"]


def test_a_recipient_refused_for_good_is_a_bounce_and_no_error() -> None:
    with _mail_server() as server:
        _relay(server, "nobody@example.com")

        assert server.taken == []


def test_a_recipient_put_off_is_tried_again() -> None:
    with (
        _mail_server() as server,
        pytest.raises(MailServerAwayError, match=r"put later@example\.com off"),
    ):
        _relay(server, "later@example.com")


def test_while_the_mail_server_is_away_the_machine_retries_and_nothing_is_lost() -> None:
    with _mail_server() as server:
        port = server.server_address[1]
        with sample(speed=20.0, smtp=("127.0.0.1", 1)) as system:
            given = {"before": 0, "after": 0, "mail": ALERT}
            arn = start(system, system.resource("Flow"), "patient", given)
            assert system.wait_until(lambda: _failed(system, arn), 600)
            system.outbox._carriers[:] = [SmtpRelay("127.0.0.1", port)]

            summary = ended(system, arn)

        assert summary.status == "SUCCEEDED"
        (taken,) = server.taken
        assert summary.output["mailed"]["message_id"].encode() in taken


def _failed(system: Any, arn: str) -> bool:
    return any(event["type"] == "TaskFailed" for event in system.history(arn))


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
