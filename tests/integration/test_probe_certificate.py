"""Certificates as visitors' programs judge them: end, name, chain, at once or after STARTTLS."""

import socket
import ssl
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization

from probe.probers import certificate
from tests.integration.menu_checks import menu_check
from tests.integration.peers import Script, free_port, listening, observe, resets, silent
from tests.integration.test_probe_https import Key, issued, server_context
from tests.integration.test_probe_tcp import NEEDS_IPV6
from toban.domain.observation import Observation, Reason, Status

HOST = "shop.example"
Issued = tuple[x509.Certificate, Key]


@pytest.fixture(scope="module")
def authority() -> Issued:
    return issued("toban test authority", 365)


@pytest.fixture(autouse=True)
def trusted(authority: Issued, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    bundle = tmp_path / "authorities.pem"
    bundle.write_bytes(authority[0].public_bytes(serialization.Encoding.PEM))
    monkeypatch.setenv("SSL_CERT_FILE", str(bundle))
    certificate.context.cache_clear()
    yield
    certificate.context.cache_clear()


def seen(context: ssl.SSLContext, keys: str = "", address: str = "127.0.0.1") -> Observation:
    with listening(silent, address, tls=context) as port:
        check = menu_check("cert_expiry", port, f"host: {HOST}, {keys}", address=address)
        return observe(check)


@pytest.fixture
def ending(authority: Issued, tmp_path: Path) -> Callable[[int], ssl.SSLContext]:
    return lambda days: server_context(tmp_path, *issued(HOST, days, authority))


@pytest.mark.clause("N-3")
def test_a_certificate_with_time_left_is_well(ending: Callable[[int], ssl.SSLContext]) -> None:
    observation = seen(ending(90))

    assert observation.status is Status.UP
    assert observation.evidence.startswith(f"{HOST}: ends ")
    assert observation.value == pytest.approx(-90, abs=0.1)


@pytest.mark.clause("N-3")
@pytest.mark.parametrize(("days", "told_from"), [(29, 30), (6, 7)])
def test_a_certificate_is_told_of_before_it_ends(
    days: int, told_from: int, ending: Callable[[int], ssl.SSLContext]
) -> None:
    observation = seen(ending(days), f"days: {told_from}")

    assert observation.reason is Reason.OVER_THRESHOLD
    assert f"in {days} days; told from {told_from} days on" in observation.evidence


@pytest.mark.clause("N-3", "P-4")
def test_an_expired_certificate_is_told_with_the_days_since(
    ending: Callable[[int], ssl.SSLContext],
) -> None:
    observation = seen(ending(-3))

    assert observation.reason is Reason.TLS_ERROR
    assert "certificate has expired" in observation.evidence
    assert observation.value == pytest.approx(3, abs=0.1)


def test_another_name_is_told(authority: Issued, tmp_path: Path) -> None:
    observation = seen(server_context(tmp_path, *issued("other.example", 90, authority)))

    assert (observation.reason, "Hostname mismatch" in observation.evidence) == (
        Reason.TLS_ERROR,
        True,
    )


def test_an_expired_certificate_of_another_name_is_told_once(
    authority: Issued, tmp_path: Path
) -> None:
    observation = seen(server_context(tmp_path, *issued("other.example", -3, authority)))

    assert observation.reason is Reason.TLS_ERROR


def test_a_chain_that_ends_nowhere_is_told(tmp_path: Path) -> None:
    stranger = issued("stranger authority", 365)
    observation = seen(server_context(tmp_path, *issued(HOST, 90, stranger)))

    assert observation.reason is Reason.TLS_ERROR
    assert "unable to get local issuer certificate" in observation.evidence


@NEEDS_IPV6
@pytest.mark.clause("C-1")
def test_each_address_of_a_server_is_looked_at_for_itself(
    ending: Callable[[int], ssl.SSLContext],
) -> None:
    assert seen(ending(90), address="::1").status is Status.UP
    assert seen(ending(6), address="::1").reason is Reason.OVER_THRESHOLD


Talk = list[tuple[bytes, bytes]]
UPGRADES: dict[str, tuple[bytes, Talk]] = {
    "smtp": (
        b"220 mx\r\n",
        [(b"EHLO", b"250-mx\r\n250 STARTTLS\r\n"), (b"STARTTLS", b"220 go\r\n")],
    ),
    "imap": (b"* OK ready\r\n", [(b"a STARTTLS", b"a OK go\r\n")]),
    "pop3": (b"+OK ready\r\n", [(b"STLS", b"+OK go\r\n")]),
    "ftp": (b"220 ready\r\n", [(b"AUTH TLS", b"234 go\r\n")]),
}


def upgrading(greeting: bytes, talk: Talk, context: ssl.SSLContext | None) -> Script:
    def script(connection: socket.socket) -> None:
        connection.sendall(greeting)
        for begins, answer in talk:
            if not connection.recv(200).startswith(begins):
                return
            connection.sendall(answer)
        if context:
            with context.wrap_socket(connection, server_side=True) as secured:
                silent(secured)

    return script


@pytest.mark.clause("N-3")
@pytest.mark.parametrize("protocol", UPGRADES)
def test_a_certificate_behind_starttls_is_seen(
    protocol: str, ending: Callable[[int], ssl.SSLContext]
) -> None:
    with listening(upgrading(*UPGRADES[protocol], ending(6))) as port:
        check = menu_check("cert_expiry", port, f"host: {HOST}, protocol: {protocol}")
        observation = observe(check)

    assert observation.reason is Reason.OVER_THRESHOLD


@pytest.mark.parametrize(
    "script",
    [
        silent,
        resets,
        lambda connection: connection.shutdown(socket.SHUT_WR),
        upgrading(b"HTTP/1.1 400 Bad Request\r\n\r\n", [], None),
        upgrading(b"\x15\x03\x03\x00\x02\x02\x28", [], None),
    ],
)
def test_a_server_that_shows_no_certificate_is_left_to_the_monitor_of_its_port(
    script: Script,
) -> None:
    with listening(script) as port:
        observation = observe(menu_check("cert_expiry", port, f"host: {HOST}", seconds=0.5))

    assert observation.reason is Reason.NOT_MEASURED


def test_a_mail_server_that_offers_no_starttls_shows_no_certificate() -> None:
    talk = [(b"EHLO", b"250 mx\r\n")]
    with listening(upgrading(b"220 mx\r\n", talk, None)) as port:
        observation = observe(menu_check("cert_expiry", port, f"host: {HOST}, protocol: smtp"))

    assert (observation.reason, "offers no STARTTLS" in observation.evidence) == (
        Reason.NOT_MEASURED,
        True,
    )


def test_where_nobody_listens_nothing_is_known_of_a_certificate() -> None:
    observation = observe(menu_check("cert_expiry", free_port(), f"host: {HOST}"))

    assert (observation.reason, "refused" in observation.evidence) == (Reason.NOT_MEASURED, True)
