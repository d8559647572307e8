"""Where an HTTP request goes, and where a redirect may lead: to the same server only."""

from dataclasses import dataclass, replace
from urllib.parse import quote, urljoin, urlsplit

from probe.probers.connection import numeric
from toban.domain.check import Check, HttpQuestion

_DEFAULT_PORTS = {True: 443, False: 80}
_LEFT_AS_THEY_ARE = "%/:=&?~#+!$,;'@()*[]|"


@dataclass(frozen=True, slots=True)
class RequestTarget:
    """One request's destination; `host` is the virtual host, whatever address it is asked at."""

    tls: bool
    host: str
    port: int
    path: str

    @property
    def host_header(self) -> str:
        """The value of the Host header (RFC 9110, 7.2)."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _DEFAULT_PORTS[self.tls] else f"{host}:{self.port}"

    def request(self, method: str) -> bytes:
        """Return the whole request."""
        return (
            f"{method} {self.path} HTTP/1.1\r\nHost: {self.host_header}\r\nUser-Agent: toban/1\r\n"
            "Accept: */*\r\nAccept-Encoding: identity\r\nConnection: close\r\n\r\n"
        ).encode()


def first_target(check: Check, question: HttpQuestion) -> RequestTarget:
    """Return where the check's own request goes."""
    port = check.port or _DEFAULT_PORTS[question.tls]
    host = _ascii_host(question.host or check.address)
    return RequestTarget(question.tls, host, port, _safe_path(question.path))


def redirected(target: RequestTarget, location: str) -> RequestTarget | None:
    """Return where a Location header leads, or None when that is another server or makes no
    sense.
    """
    scheme = "https" if target.tls else "http"
    try:
        url = urlsplit(urljoin(f"{scheme}://{target.host_header}{target.path}", location.strip()))
        port = url.port
    except ValueError:
        return None
    if url.scheme not in {"http", "https"} or (url.hostname or "") != target.host.lower():
        return None
    tls = url.scheme == "https"
    path = f"{url.path or '/'}?{url.query}" if url.query else url.path or "/"
    port = port or _DEFAULT_PORTS[tls]
    return replace(target, tls=tls, port=port, path=_safe_path(path))


def _safe_path(path: str) -> str:
    """Encode what may not stand in a request line; without this a Location could smuggle in header
    lines.
    """
    encoded = quote(path.partition("#")[0], safe=_LEFT_AS_THEY_ARE)
    return encoded if encoded.startswith("/") else f"/{encoded}"


def _ascii_host(host: str) -> str:
    return host if numeric(host) is not None or host.isascii() else host.encode("idna").decode()
