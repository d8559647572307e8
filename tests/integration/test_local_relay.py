"""Mails that go to an SMTP server: none is lost while it is away."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest

from infra.local.outbox import Mail, MailServerAwayError, SmtpRelay
from tests.integration.local_sample.sample import ended, sample, start

NOW = datetime(2026, 11, 23, 10, 6, tzinfo=UTC)
ALERT = "acme.web01.20261123T100500Z.alert.0123456789ab"


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


def _relay(server: Any, recipient: str) -> dict[str, str]:
    relay = SmtpRelay("127.0.0.1", server.server_address[1])
    return relay.carry(
        Mail(b"Subject: x\r\n\r\n" + "障害".encode(), "toban@msp.example", (recipient,)), ""
    )


def test_a_relayed_mail_arrives_unchanged() -> None:
    with _mail_server() as server:
        _relay(server, "taro@example.com")

        assert server.taken == [b"Subject: x\r\n\r\n" + "障害".encode() + b"\r\n"]


def test_a_recipient_refused_for_good_is_a_bounce_and_no_error() -> None:
    with _mail_server() as server:
        refused = _relay(server, "nobody@example.com")

        assert refused == {"nobody@example.com": "smtp; 550 no such user"}
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
