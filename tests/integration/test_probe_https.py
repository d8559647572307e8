"""HTTPS monitors: real handshakes with good, wrong, expired and self-signed certificates."""

import socket
import ssl
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from probe.probers import tls
from tests.integration.peers import (
    answers,
    drips,
    http_check,
    listening,
    observe,
    page,
    resets,
    silent,
)
from toban import clock
from toban.domain.check import HttpQuestion
from toban.domain.observation import Observation, Reason

HOST = "shop.example"
TODAY = clock.system_time()
Key = ec.EllipticCurvePrivateKey


def issued(
    host: str, days: int, issuer: tuple[x509.Certificate, Key] | None = None
) -> tuple[x509.Certificate, Key]:
    """Issue a certificate that ends in `days`; without an issuer it signs itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer[0].subject if issuer else name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(TODAY - timedelta(days=30))
        .not_valid_after(TODAY + timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
    )
    return builder.sign(issuer[1] if issuer else key, hashes.SHA256()), key


@pytest.fixture(scope="module")
def authority() -> tuple[x509.Certificate, Key]:
    return issued("toban test authority", 365)


@pytest.fixture(autouse=True)
def trusted(
    authority: tuple[x509.Certificate, Key], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    bundle = tmp_path / "authorities.pem"
    bundle.write_bytes(authority[0].public_bytes(serialization.Encoding.PEM))
    monkeypatch.setenv("SSL_CERT_FILE", str(bundle))
    tls.context.cache_clear()
    yield
    tls.context.cache_clear()


def server_context(folder: Path, certificate: x509.Certificate, key: Key) -> ssl.SSLContext:
    file = folder / "server.pem"
    secret = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    file.write_bytes(secret + certificate.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context


def asked(context: ssl.SSLContext, question: HttpQuestion) -> Observation:
    with listening(answers(page(b"welcome")), tls=context) as port:
        return observe(http_check(port, question))


@pytest.fixture
def good(authority: tuple[x509.Certificate, Key], tmp_path: Path) -> ssl.SSLContext:
    return server_context(tmp_path, *issued(HOST, 90, authority))


@pytest.mark.clause("N-3")
def test_a_good_certificate_and_a_status_line_are_up(good: ssl.SSLContext) -> None:
    assert asked(good, HttpQuestion(tls=True, host=HOST)).reason is Reason.OK


def test_a_keyword_is_found_behind_tls(good: ssl.SSLContext) -> None:
    question = HttpQuestion(tls=True, host=HOST, must_contain="welcome")
    assert asked(good, question).reason is Reason.OK


def test_the_server_learns_the_virtual_host_before_the_certificate(good: ssl.SSLContext) -> None:
    names: list[str | None] = []
    good.sni_callback = lambda _socket, name, _context: names.append(name)
    asked(good, HttpQuestion(tls=True, host=HOST))
    assert names == [HOST]


BAD_CERTIFICATES = {
    "expired": ("certificate has expired", HOST, -1, True),
    "wrong name": ("Hostname mismatch", "other.example", 90, True),
    "self-signed": ("self-signed certificate", HOST, 90, False),
}


@pytest.mark.parametrize("kind", BAD_CERTIFICATES)
def test_a_bad_certificate_is_a_tls_error_in_openssls_words(
    kind: str, authority: tuple[x509.Certificate, Key], tmp_path: Path
) -> None:
    words, host, days, signed = BAD_CERTIFICATES[kind]
    context = server_context(tmp_path, *issued(host, days, authority if signed else None))
    observation = asked(context, HttpQuestion(tls=True, host=HOST, any_status=True))
    assert observation.reason is Reason.TLS_ERROR
    assert words in observation.evidence


@pytest.mark.parametrize("kind", BAD_CERTIFICATES)
def test_a_bad_certificate_is_accepted_where_it_is_not_to_be_verified(
    kind: str, authority: tuple[x509.Certificate, Key], tmp_path: Path
) -> None:
    _, host, days, signed = BAD_CERTIFICATES[kind]
    context = server_context(tmp_path, *issued(host, days, authority if signed else None))
    question = HttpQuestion(tls=True, host=HOST, verify_certificate=False)
    assert asked(context, question).reason is Reason.OK


def test_an_address_can_be_asked_without_a_name(good: ssl.SSLContext) -> None:
    question = HttpQuestion(tls=True, verify_certificate=False)
    assert asked(good, question).reason is Reason.OK


def test_plain_text_in_place_of_a_handshake_is_a_tls_error() -> None:
    def speaks_plainly(connection: socket.socket) -> None:
        connection.recv(65_536)
        connection.sendall(page(b"", status="400 Bad Request"))

    with listening(speaks_plainly) as port:
        observation = observe(http_check(port, HttpQuestion(tls=True)))
    assert observation.reason is Reason.TLS_ERROR


def test_a_connection_closed_during_the_handshake_is_a_tls_error() -> None:
    def leaves(connection: socket.socket) -> None:
        connection.recv(65_536)

    with listening(leaves) as port:
        observation = observe(http_check(port, HttpQuestion(tls=True)))
    assert (observation.reason, observation.evidence) == (
        Reason.TLS_ERROR,
        "connection closed during the TLS handshake",
    )


def test_a_reset_during_the_handshake_is_told_as_a_reset() -> None:
    with listening(resets) as port:
        assert observe(http_check(port, HttpQuestion(tls=True))).reason is Reason.RESET


def test_a_handshake_that_never_ends_times_out() -> None:
    with listening(silent) as port:
        observation = observe(http_check(port, HttpQuestion(tls=True), 0.4))
    assert observation.reason is Reason.TIMEOUT
    assert "handshake" in observation.evidence


def test_an_endless_body_behind_tls_is_bounded(good: ssl.SSLContext) -> None:
    question = HttpQuestion(tls=True, host=HOST, must_contain="never")
    with listening(drips(b"HTTP/1.1 200 OK\r\n\r\n", b"x" * 5000), tls=good) as port:
        assert observe(http_check(port, question, 10)).reason is Reason.CONTENT_MISSING
