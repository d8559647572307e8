"""Mail behind TLS, services at several addresses, Tomcat: what a dialogue stands on."""

import ssl
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.integration.daemons import snakeoil
from tests.integration.menu_checks import Turn, answering, asked, menu_check
from tests.integration.peers import HERE, answers, listening, observe, page, silent
from tests.integration.test_probe_tcp import NEEDS_IPV6
from toban.domain.observation import Reason, Status


def server_context(folder: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*snakeoil(folder))
    return context


@pytest.mark.clause("N-3")
@pytest.mark.parametrize(
    ("item", "greeting", "turns"),
    [
        ("smtps", b"220 mx\r\n", []),
        ("imaps", b"* OK ready\r\n", [("a NOOP", b"a OK done\r\n")]),
        ("pop3s", b"+OK ready\r\n", []),
    ],
)
def test_mail_behind_tls_is_up_whoever_signed_its_certificate(
    item: str, greeting: bytes, turns: Sequence[Turn], tmp_path: Path
) -> None:
    with listening(answering(greeting, *turns), tls=server_context(tmp_path)) as port:
        assert observe(menu_check(item, port)).status is Status.UP


@pytest.mark.parametrize("item", ["smtps", "imaps", "pop3s"])
def test_a_plain_service_where_tls_is_expected_is_a_tls_error(item: str) -> None:
    assert asked(item, answering(b"220 mx\r\n")).reason is Reason.TLS_ERROR


@pytest.mark.parametrize("item", ["smtps", "imaps", "pop3s"])
def test_a_tls_handshake_that_does_not_end_times_out(item: str) -> None:
    assert asked(item, silent, seconds=0.3).reason is Reason.TIMEOUT


@NEEDS_IPV6
@pytest.mark.clause("C-1", "N-3")
def test_a_service_is_asked_at_each_address_over_ipv4_and_ipv6() -> None:
    for address in (HERE, "::1"):
        with listening(answering(b"220 ready\r\n"), address) as port:
            assert observe(menu_check("ftp", port, address=address)).status is Status.UP


@pytest.mark.clause("N-3")
@pytest.mark.parametrize(
    ("status", "reason"),
    [
        ("200 OK", Reason.OK),
        ("404 Not Found", Reason.OK),
        ("500 Internal Server Error", Reason.OK),
        ("502 Bad Gateway", Reason.BAD_STATUS),
        ("503 Service Unavailable", Reason.BAD_STATUS),
        ("504 Gateway Timeout", Reason.BAD_STATUS),
    ],
)
def test_tomcat_lives_with_any_status_but_those_of_a_lost_backend(
    status: str, reason: Reason
) -> None:
    assert asked("tomcat", answers(page(b"x", status=status))).reason is reason
