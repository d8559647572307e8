"""A chain of certificates of the size of public ones: RSA of 2,048 bits, leaf and intermediate."""

import datetime
import ipaddress
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from toban import clock

CHAIN = "chain.pem"
_DAYS_LEFT = datetime.timedelta(days=80)
_EXTENSION_OF_LOGS = x509.ObjectIdentifier("1.3.6.1.4.1.11129.2.4.2")
_TWO_TIMESTAMPS = b"\x04\x81\xf1\x00\xef" + bytes(239)
"""What certificate transparency adds to a public certificate (RFC 6962), by its length."""


@dataclass(frozen=True, slots=True)
class _Signer:
    certificate: x509.Certificate
    key: rsa.RSAPrivateKey


def write_chain(folder: Path, address: str) -> None:
    """Write leaf, intermediate and key to CHAIN in the folder, the authority to `authority.pem`."""
    root = _issued("Example Root X1", None)
    middle = _issued("Example Intermediate R10", root)
    leaf = _issued(address, middle, address)
    (folder / "authority.pem").write_bytes(_pem(root.certificate))
    key = leaf.key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    (folder / CHAIN).write_bytes(_pem(leaf.certificate) + _pem(middle.certificate) + key)


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _issued(name: str, issuer: _Signer | None, address: str = "") -> _Signer:
    key, now = rsa.generate_private_key(65_537, 2_048), clock.now()
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificate.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + _DAYS_LEFT)
        .add_extension(x509.BasicConstraints(ca=not address, path_length=None), critical=True)
    )
    if address:
        names = [x509.IPAddress(ipaddress.ip_address(address))]
        stamps = x509.UnrecognizedExtension(_EXTENSION_OF_LOGS, _TWO_TIMESTAMPS)
        builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
        builder = builder.add_extension(stamps, critical=False)
    signed = builder.sign(issuer.key if issuer else key, hashes.SHA256())
    return _Signer(signed, key)
