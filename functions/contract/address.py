"""Where things are: addresses of servers, and the host, port and path of a URL."""

import ipaddress
import re
import unicodedata
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from toban.catalogue.format import Format, half_width
from toban.catalogue.mistake import Refusal, quoted
from toban.domain.address import is_no_servers, plain

_LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_HOST_NAME = re.compile(rf"(?=.{{1,253}}$){_LABEL}(?:\.{_LABEL})*")
_LOOKS_NUMERIC = re.compile(r"[0-9.]+")
_DEFAULT_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Url:
    """The parts of a URL that a probe needs; `path` includes the query."""

    tls: bool
    host: str
    port: int
    path: str


def _address(text: str) -> str:
    typed = half_width(text).lower()
    if "://" in typed or "/" in typed:
        raise Refusal(
            f"{quoted(text)} is not an address.", 'Write the host alone, as "192.0.2.10".'
        )
    try:
        return _usable(ipaddress.ip_address(typed.strip("[]")), text)
    except ValueError as error:
        if isinstance(error, Refusal):
            raise
    return _host_name(typed, text)


def _usable(address: ipaddress.IPv4Address | ipaddress.IPv6Address, text: str) -> str:
    if is_no_servers(address):
        problem = f"{quoted(text)} is an address that no server has for others."
        raise Refusal(problem, "Write the address at which the server is reached.")
    return str(plain(address))


def _host_name(typed: str, text: str) -> str:
    if ":" in typed:
        raise Refusal(f"{quoted(text)} is not an address.", 'Write the port on a line "port:".')
    name = _ascii(typed).removesuffix(".")
    if _LOOKS_NUMERIC.fullmatch(name) or not _HOST_NAME.fullmatch(name):
        mend = 'Write an IP address or a host name, for example "192.0.2.10".'
        raise Refusal(f"{quoted(text)} is not an address.", mend)
    return name


def _ascii(host: str) -> str:
    """Return the host as it stands in DNS; a name in Japanese becomes its xn-- form, one with signs
    that no name has (quotes that Excel corrected) "".
    """
    if host.isascii():
        return host
    if not all(sign.isalnum() or sign in "-._" or unicodedata.combining(sign) for sign in host):
        return ""
    try:
        return host.encode("idna").decode()
    except UnicodeError:
        return ""


def is_loopback(address: str) -> bool:
    """Tell whether the address is the prober's own machine."""
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return address == "localhost" or address.endswith(".localhost")


def _url(text: str) -> Url:
    typed = text.strip()
    try:
        parts = urlsplit(typed)
        port = parts.port
    except ValueError:
        raise Refusal(f"{quoted(text)} is not a URL.", _URL_MEND) from None
    if parts.username is not None or parts.password is not None:
        mend = "Remove what stands before the @: a sheet holds no passwords."
        raise Refusal("The URL holds a user or a password.", mend)
    if parts.scheme not in _DEFAULT_PORTS or not parts.hostname or " " in typed or port == 0:
        raise Refusal(f"{quoted(text)} is not a URL.", _URL_MEND)
    path = quote(parts.path or "/", safe=_KEPT) + (
        f"?{quote(parts.query, safe=_KEPT)}" * bool(parts.query)
    )
    tls = parts.scheme == "https"
    return Url(tls, _address(parts.hostname), port or _DEFAULT_PORTS[parts.scheme], path)


_URL_MEND = 'Write it whole, for example "https://www.example.jp/".'
_KEPT = "%/:=&?~#+!$,;'@()*[]"

ADDRESS = Format(_address, "192.0.2.10", "")
"""An IP address or a host name, as DNS writes it."""

URL = Format(_url, "https://www.example.jp/", Url(tls=False, host="", port=80, path="/"))
"""An http or https URL without a user in it; a Japanese path is encoded."""
