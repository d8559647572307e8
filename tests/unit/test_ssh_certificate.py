"""The bytes of a user certificate, read by somebody else's reader."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import SSHCertificate, load_ssh_public_identity

from toban.domain.ssh_certificate import (
    Grant,
    certificate_line,
    point_of,
    principal_of,
    public_line,
    to_be_signed,
)

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
AUTHORITY = ec.generate_private_key(ec.SECP256R1())
HOLDER = ec.generate_private_key(ec.SECP256R1())
GRANT = Grant(
    "acme.web01.20261123T120000Z",
    2**64 - 1,
    principal_of("acme"),
    NOON - timedelta(minutes=1),
    NOON + timedelta(minutes=5),
)


def der(key: ec.EllipticCurvePrivateKey) -> bytes:
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return key.public_key().public_bytes(serialization.Encoding.DER, form)


def issued(grant: Grant) -> SSHCertificate:
    signed = to_be_signed(grant, point_of(der(HOLDER)), point_of(der(AUTHORITY)), b"n" * 32)
    signature = AUTHORITY.sign(signed, ec.ECDSA(hashes.SHA256()))
    read = load_ssh_public_identity(certificate_line(signed, signature).encode())
    assert isinstance(read, SSHCertificate)
    return read


def test_the_certificate_says_who_may_log_in_and_for_how_long() -> None:
    read = issued(GRANT)

    assert (read.key_id, read.serial) == (b"acme.web01.20261123T120000Z", 2**64 - 1)
    assert read.valid_principals == [b"acme@toban"]
    assert read.valid_after == (NOON - timedelta(minutes=1)).timestamp()
    assert read.valid_before == (NOON + timedelta(minutes=5)).timestamp()
    assert read.public_key() == HOLDER.public_key()


@pytest.mark.parametrize("round_", range(20))
def test_the_authority_has_signed_it_whatever_the_length_of_its_numbers(round_: int) -> None:
    read = issued(replace(GRANT, serial=round_))

    read.verify_cert_signature()
    assert read.signature_key() == AUTHORITY.public_key()


def test_neither_a_terminal_nor_forwarding_is_granted() -> None:
    assert issued(GRANT).extensions == {}


def test_it_is_good_from_everywhere_or_from_our_own_addresses_only() -> None:
    ours = replace(GRANT, sources=("198.51.100.7", "2001:db8::/64"))

    assert issued(GRANT).critical_options == {}
    assert issued(ours).critical_options == {b"source-address": b"198.51.100.7,2001:db8::/64"}


def test_the_authoritys_public_key_is_written_as_openssh_writes_it() -> None:
    form = serialization.PublicFormat.OpenSSH
    written = AUTHORITY.public_key().public_bytes(serialization.Encoding.OpenSSH, form)

    assert public_line(point_of(der(AUTHORITY)), "toban") == f"{written.decode()} toban"


@pytest.mark.parametrize(
    "other",
    [der(ec.generate_private_key(ec.SECP384R1())), der(AUTHORITY)[:-1], der(AUTHORITY)[-65:], b""],
)
def test_a_public_key_of_another_kind_is_not_taken(other: bytes) -> None:
    with pytest.raises(ValueError, match="nistp256"):
        point_of(other)


@pytest.mark.parametrize(
    "damaged",
    [
        b"",
        b"\x30",
        b"\x30\x06\x02\x01\x01\x02\x01",
        b"\x30\x06\x02\x01\x01\x02\x02\x01",
        b"\x30\x06\x02\x01\x01\x03\x01\x01",
        b"\x30\x07\x02\x01\x01\x02\x01\x01\x00",
        b"\x30\x06\x02\x01\x01\x02\x01\x01\x00",
        b"\x30\x05\x02\x00\x02\x01\x01",
        b"\x30\x81\x06\x02\x01\x01\x02\x01\x01",
    ],
)
def test_what_is_no_signature_never_becomes_a_certificate(damaged: bytes) -> None:
    with pytest.raises(ValueError, match="not the DER"):
        certificate_line(b"signed", damaged)
