"""The way into a server: pinned host key first, then one public key or certificate, nothing else.

No agent, no key files, no known_hosts, no password, no trust on first use.
"""

import base64
import binascii
import io
import logging
import socket
import time
from collections.abc import Iterable

import paramiko
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from paramiko.ssh_exception import IncompatiblePeer, SSHException

from respond.reaching import connected
from toban.domain.contract import Access
from toban.domain.runbook import EntryFailure
from toban.domain.ssh_certificate import CERTIFICATE_TYPE

# paramiko logs a traceback for every server that misbehaves; ShellError says it in a word
logging.getLogger("paramiko").setLevel(logging.CRITICAL)

_RSA_ALGORITHMS = ("rsa-sha2-512", "rsa-sha2-256")
_BANNER = b"SSH-"
Private = rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey | ec.EllipticCurvePrivateKey


class ShellError(Exception):
    """A server could not be entered or was lost; `str()` is a short text that is safe to show."""

    def __init__(self, failure: EntryFailure, detail: str = "") -> None:
        super().__init__(f"{failure}: {detail}" if detail else str(failure))
        self.failure = failure


class HostKeyChangedError(ShellError):
    """The host key is not the pinned one: nothing was run, not even the login was tried."""

    def __init__(self, detail: str) -> None:
        super().__init__(EntryFailure.HOST_KEY_CHANGED, detail)


def log_in(access: Access, key: str, timeout_seconds: float) -> paramiko.Transport:
    """Return an authenticated connection within `timeout_seconds`, or raise ShellError.

    `key` is the text of an OpenSSH or PEM private key (ed25519, ecdsa, rsa) without a passphrase; a
    certificate of it may follow on a line of its own.
    """
    deadline = time.monotonic() + timeout_seconds
    private = _private_key(key)
    pinned = _pinned(access.host_keys)
    transport = _transport(_connect(access, deadline))
    try:
        _negotiate(transport, pinned, deadline)
        _authenticate(transport, access.user, private, deadline)
    except BaseException:
        transport.close()
        raise
    return transport


def public_line(key: str) -> str:
    """Return the public half of a private key as a line of authorized_keys, "" for no key."""
    try:
        private = _private_key(key)
    except ShellError:
        return ""
    return f"{private.get_name()} {private.get_base64()}"


def _private_key(text: str) -> paramiko.PKey:
    text, kind, certificate = text.partition(CERTIFICATE_TYPE)
    try:
        loaded = _load(text.strip().encode() + b"\n")
        plain = loaded.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.OpenSSH,
            serialization.NoEncryption(),
        )
        key = _key_class(loaded).from_private_key(io.StringIO(plain.decode()))
        if kind:
            key.load_certificate(f"{kind}{certificate}")
    except (ValueError, TypeError, UnsupportedAlgorithm, SSHException):
        # the cause is not chained: its text may quote the key
        raise ShellError(EntryFailure.KEY_UNUSABLE, "the registered key cannot be read") from None
    return key


def _load(text: bytes) -> Private:
    read = (
        serialization.load_ssh_private_key
        if b"OPENSSH PRIVATE KEY" in text
        else serialization.load_pem_private_key
    )
    loaded = read(text, password=None)
    if not isinstance(loaded, Private):
        raise ValueError
    return loaded


def _key_class(loaded: Private) -> type[paramiko.PKey]:
    if isinstance(loaded, rsa.RSAPrivateKey):
        return paramiko.RSAKey
    if isinstance(loaded, ed25519.Ed25519PrivateKey):
        return paramiko.Ed25519Key
    return paramiko.ECDSAKey


def _pinned(host_keys: Iterable[str]) -> dict[str, set[bytes]]:
    """Return the pinned keys as blobs by their type, e.g. ssh-ed25519."""
    pinned: dict[str, set[bytes]] = {}
    for line in host_keys:
        kind, _, rest = line.strip().partition(" ")
        try:
            blob = base64.b64decode(rest.split(" ")[0], validate=True)
        except binascii.Error:
            continue
        if blob:
            pinned.setdefault(kind, set()).add(blob)
    if not pinned:
        raise ShellError(EntryFailure.NO_ACCESS, "no host key is registered")
    return pinned


def _connect(access: Access, deadline: float) -> socket.socket:
    place = f"{access.address} port {access.port}"
    try:
        connection = connected(access.address, access.port, _left(deadline))
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        _expect_banner(connection, deadline)
    except socket.gaierror:
        raise ShellError(EntryFailure.NAME_UNKNOWN, access.address) from None
    except TimeoutError:
        raise ShellError(EntryFailure.TIMEOUT, place) from None
    except ConnectionError as error:
        failure = (
            EntryFailure.REFUSED
            if isinstance(error, ConnectionRefusedError)
            else EntryFailure.DROPPED
        )
        raise ShellError(failure, place) from None
    except OSError as error:
        raise ShellError(EntryFailure.UNREACHABLE, f"{place}: {error.strerror}") from None
    return connection


def _expect_banner(connection: socket.socket, deadline: float) -> None:
    """See that SSH speaks there, without taking the bytes from paramiko.

    paramiko reads a first line of any length into memory; what does not begin like SSH never gets
    that far (RFC 4253 4.2).
    """
    connection.settimeout(_left(deadline))
    try:
        first = connection.recv(len(_BANNER), socket.MSG_PEEK)
    except OSError:
        connection.close()
        raise
    if not first or not _BANNER.startswith(first):
        connection.close()
        detail = "something else answers there" if first else "it hung up without a word"
        raise ShellError(EntryFailure.NOT_SSH, detail)


def _transport(connection: socket.socket) -> paramiko.Transport:
    try:
        return paramiko.Transport(connection)
    except (SSHException, OSError):
        connection.close()
        raise ShellError(EntryFailure.DROPPED) from None


def _negotiate(
    transport: paramiko.Transport, pinned: dict[str, set[bytes]], deadline: float
) -> None:
    """Agree on keys and compare the host key with the pinned ones, before any authentication."""
    transport.banner_timeout = transport.handshake_timeout = _left(deadline)
    _offer_pinned_types(transport, pinned)
    try:
        transport.start_client(timeout=_left(deadline))
    except IncompatiblePeer as error:
        if "host key" in str(error):
            raise HostKeyChangedError("it has no key of the pinned type") from None
        raise ShellError(EntryFailure.INCOMPATIBLE, "no cipher or key exchange in common") from None
    except (SSHException, OSError, EOFError):
        raise ShellError(EntryFailure.DROPPED, "while the keys were exchanged") from None
    if not transport.initial_kex_done:  # start_client returns quietly when its time is up
        raise ShellError(EntryFailure.TIMEOUT, "while the keys were exchanged")
    presented = transport.get_remote_server_key()
    if presented.asbytes() not in pinned.get(presented.get_name(), set()):
        raise HostKeyChangedError(f"it shows {presented.get_name()} {presented.fingerprint}")


def _offer_pinned_types(transport: paramiko.Transport, pinned: dict[str, set[bytes]]) -> None:
    """A server with several host keys then shows one of a type that is pinned."""
    wanted = {name for kind in pinned for name in _algorithms(kind)}
    options = transport.get_security_options()
    known = tuple(name for name in options.key_types if name in wanted)
    if not known:
        raise HostKeyChangedError("the pinned type of key is not supported")
    options.key_types = known


def _algorithms(kind: str) -> tuple[str, ...]:
    return _RSA_ALGORITHMS if kind == "ssh-rsa" else (kind,)


def _authenticate(
    transport: paramiko.Transport, user: str, private: paramiko.PKey, deadline: float
) -> None:
    transport.auth_timeout = _left(deadline)
    try:
        transport.auth_publickey(user, private)
    except paramiko.AuthenticationException as error:
        failure = EntryFailure.TIMEOUT if "timeout" in str(error) else EntryFailure.LOGIN_REFUSED
        refused = " with a certificate" if private.public_blob else ""
        raise ShellError(failure, f"user {user}{refused}") from None
    except (SSHException, OSError, EOFError):
        raise ShellError(EntryFailure.DROPPED, f"while user {user} logged in") from None
    if not transport.is_authenticated():
        raise ShellError(EntryFailure.LOGIN_REFUSED, f"user {user}: the key alone is not enough")


def _left(deadline: float) -> float:
    """Return the seconds that are left, at least a little: 0 would mean "do not block"."""
    return max(0.05, deadline - time.monotonic())
