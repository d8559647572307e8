"""Requests go to the checked server and nowhere else."""

import pytest

from probe.probers.target import RequestTarget, first_target, redirected
from toban.domain.check import Check, HttpQuestion, Kind

HERE = RequestTarget(tls=False, host="www.example.com", port=80, path="/shop/index.html")


def asked(port: int = 0, address: str = "192.0.2.1", **question: object) -> RequestTarget:
    http = HttpQuestion(**question)  # type: ignore[arg-type]
    return first_target(Check("acme.web01.url", Kind.HTTP, address, port, http=http), http)


@pytest.mark.parametrize(
    ("target", "header"),
    [
        (asked(host="www.example.com"), "www.example.com"),
        (asked(host="www.example.com", port=8080), "www.example.com:8080"),
        (asked(tls=True, port=443), "192.0.2.1"),
        (asked(tls=True, port=80), "192.0.2.1:80"),
        (asked(address="2001:db8::1", port=80), "[2001:db8::1]"),
        (asked(host="日本語.example"), "xn--wgv71a119e.example"),
    ],
)
def test_the_host_header_names_the_virtual_host(target: RequestTarget, header: str) -> None:
    assert f"\r\nHost: {header}\r\n".encode() in target.request("GET")


@pytest.mark.parametrize(
    ("location", "tls", "port", "path"),
    [
        ("/login", False, 80, "/login"),
        ("cart?item=1#top", False, 80, "/shop/cart?item=1"),
        ("https://www.example.com/", True, 443, "/"),
        ("//WWW.example.com:8080/x", False, 8080, "/x"),
        ("", False, 80, "/shop/index.html"),
    ],
)
def test_a_redirect_on_the_same_server_is_followed(
    location: str, tls: bool, port: int, path: str
) -> None:
    assert redirected(HERE, location) == RequestTarget(tls, "www.example.com", port, path)


@pytest.mark.parametrize(
    "location",
    [
        "https://elsewhere.example/",
        "http://169.254.169.254/latest/meta-data/",
        "ftp://www.example.com/",
        "javascript:alert(1)",
        "http://www.example.com:99999/",
        "http://[::1",
        "http://www.example.com.evil.example/",
        "http://www.example.com@evil.example/",
    ],
)
def test_a_redirect_to_anywhere_else_is_not_followed(location: str) -> None:
    assert redirected(HERE, location) is None


@pytest.mark.parametrize("path", ["/a\r\nX-Evil: 1", "/a b", "/検索?q=東京", "no-slash"])
def test_nothing_can_be_smuggled_into_the_request_line(path: str) -> None:
    request = asked(path=path).request("GET").decode("ascii")
    line = request.split("\r\n")[0]
    assert line.startswith("GET /") and line.endswith(" HTTP/1.1") and line.count(" ") == 2
    assert "X-Evil: 1\r\n" not in request
