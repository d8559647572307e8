"""One real nginx with several names and addresses, watched as a hearing sheet says: virtual hosts,
SNI, redirects, certificate chains, IPv4 and IPv6 (C-1, N-3).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from contract.sheet import parse_sheet
from infra.local.demo.servers.web import nginx_program
from probe.probers import tls
from probe.shard import observe_all
from tests.integration.daemons import free_port, running
from tests.integration.test_probe_tcp import NEEDS_IPV6
from tests.unit.acme_sheet import ACME
from toban import clock
from toban.domain.observation import Observation, Reason

pytestmark = [
    NEEDS_IPV6,
    pytest.mark.skipif(
        nginx_program() is None,
        reason="the real web server is not asked: install the Debian package nginx",
    ),
]
FIRST, SECOND, SIXTH = "127.0.0.81", "127.0.0.82", "::1"
TODAY = clock.system_time()
Issuer = tuple[x509.Certificate, ec.EllipticCurvePrivateKey]


def issue(name: str, issuer: Issuer | None, *, authority: bool = False) -> Issuer:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer[0].subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(TODAY - timedelta(days=2))
        .not_valid_after(TODAY + timedelta(days=90))
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
    )
    if not authority:
        names = x509.SubjectAlternativeName([x509.DNSName(name)])
        builder = builder.add_extension(names, critical=False)
    return builder.sign(issuer[1] if issuer else key, hashes.SHA256()), key


def pem(*certificates: x509.Certificate) -> bytes:
    return b"".join(each.public_bytes(Encoding.PEM) for each in certificates)


@dataclass(frozen=True)
class Sites:
    """The ports of nginx; every page names its site and the address at which it was asked."""

    plain: int
    secure: int


CONFIGURATION = """
{user}
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
worker_processes 1;
events {{ worker_connections 64; }}
http {{
  access_log off;
  {scratch}
  default_type text/plain;
  server {{
    listen {first}:{plain} default_server; listen {second}:{plain} default_server;
    listen [{sixth}]:{plain} default_server;
    server_name shop.example;
    location / {{ return 200 "shop at $server_addr"; }}
    location /old {{ return 301 /new; }}
    location /new {{ return 302 http://shop.example:{plain}/here; }}
    location /away {{ return 302 http://elsewhere.example/; }}
    location /round {{ return 302 /round; }}
    location /gone {{ return 404 "no such page"; }}
  }}
  server {{
    listen {first}:{plain}; server_name blog.example;
    location / {{ return 200 "blog"; }}
  }}
  {secure_sites}
}}
"""
SECURE = """
  server {{
    listen {first}:{secure} ssl; listen [{sixth}]:{secure} ssl; server_name {name};
    ssl_certificate {folder}/{name}.pem; ssl_certificate_key {folder}/{name}.key;
    location / {{ return 200 "{name} behind TLS"; }}
  }}
"""


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sites]:
    folder = tmp_path_factory.mktemp("sites")
    folder.chmod(0o755)
    found = Sites(free_port(), free_port())
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SSL_CERT_FILE", str(_certificates(folder)))
        tls.context.cache_clear()
        config = folder / "nginx.conf"
        config.write_text(_configuration(folder, found), encoding="utf-8")
        command = [str(nginx_program()), "-c", str(config), "-e", str(folder / "error.log")]
        with running(command, found.plain, folder, address=FIRST):
            yield found
    tls.context.cache_clear()


def _certificates(folder: Path) -> Path:
    """Write the sites' certificates: shop's chain is whole, half's lacks what signed it."""
    root = issue("toban root", None, authority=True)
    middle = issue("toban middle", root, authority=True)
    for name, chained in (("shop.example", True), ("blog.example", True), ("half.example", False)):
        certificate, key = issue(name, middle)
        chain = (certificate, middle[0]) if chained else (certificate,)
        (folder / f"{name}.pem").write_bytes(pem(*chain))
        secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        (folder / f"{name}.key").write_bytes(secret)
    bundle = folder / "roots.pem"
    bundle.write_bytes(pem(root[0]))
    return bundle


def _configuration(folder: Path, ports: Sites) -> str:
    scratch = "".join(
        f"{kind}_temp_path {folder}/{kind};"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    places = {"folder": folder, "first": FIRST, "second": SECOND, "sixth": SIXTH}
    places |= {"plain": ports.plain, "secure": ports.secure}
    names = ("shop.example", "blog.example", "half.example")
    secure = "".join(SECURE.format(name=name, **places) for name in names)
    return CONFIGURATION.format(user="user root;", scratch=scratch, secure_sites=secure, **places)


def look(monitor: str) -> Observation:
    """Read the monitor from a sheet whose server has three addresses, and ask it."""
    text = ACME.replace("[192.0.2.10]", f'["{FIRST}", "{SECOND}", "{SIXTH}"]')
    text = text.partition("      - ssh\n")[0] + f"      - {monitor}\n"
    (server,) = parse_sheet(text.encode(), "acme.yaml", allow_loopback=True).servers
    [seen] = observe_all([server.monitors[0].check], {}, lambda _: "", clock.now).observations
    return seen


def page(sites: Sites, path: str, contains: str, more: str = "", host: str = "shop.example") -> str:
    url = f"http://{host}:{sites.plain}{path}"
    return f'{{item: url_keyword, url: "{url}", must_contain: "{contains}"{more}}}'


@pytest.mark.clause("C-1", "N-3")
@pytest.mark.parametrize("address", [FIRST, SECOND, SIXTH])
def test_each_address_of_a_server_is_asked_over_ipv4_and_ipv6(sites: Sites, address: str) -> None:
    more = f', address: "{address}"'

    assert look(page(sites, "/", f"shop at {address}", more)).reason is Reason.OK
    assert look(f'{{item: http, port: {sites.plain}, address: "{address}"}}').reason is Reason.OK
    assert look(f'{{item: tcp, port: {sites.plain}, address: "{address}"}}').reason is Reason.OK


@pytest.mark.clause("C-1")
def test_a_service_that_one_address_does_not_have_is_told_of_that_address_only(
    sites: Sites,
) -> None:
    here, there = (
        f'{{item: https, port: {sites.secure}, address: "{a}"}}' for a in (FIRST, SECOND)
    )

    assert (look(here).reason, look(there).reason) == (Reason.OK, Reason.REFUSED)


@pytest.mark.clause("N-3")
def test_the_virtual_host_is_the_urls(sites: Sites) -> None:
    assert look(page(sites, "/", "blog", host="blog.example")).reason is Reason.OK
    assert look(page(sites, "/", "blog")).reason is Reason.CONTENT_MISSING


@pytest.mark.clause("N-3")
@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("/old", Reason.OK),
        ("/round", Reason.CONTENT_MISSING),
        ("/away", Reason.CONTENT_MISSING),
        ("/gone", Reason.BAD_STATUS),
    ],
)
def test_redirects_on_the_server_are_followed_and_no_others(
    sites: Sites, path: str, reason: Reason
) -> None:
    assert look(page(sites, path, "shop at")).reason is reason


@pytest.mark.clause("N-3")
@pytest.mark.parametrize("name", ["shop.example", "blog.example"])
def test_the_name_before_the_handshake_chooses_the_certificate(sites: Sites, name: str) -> None:
    url = f"https://{name}:{sites.secure}/"
    keyword = f'{{item: url_keyword, url: "{url}", must_contain: "{name} behind TLS"}}'
    expiry = f"{{item: cert_expiry, host: {name}, port: {sites.secure}, days: 30}}"

    assert look(keyword).reason is Reason.OK
    assert look(expiry).reason is Reason.OK


@pytest.mark.clause("N-3")
def test_a_chain_that_lacks_its_middle_is_told_by_the_page_and_by_the_certificate(
    sites: Sites,
) -> None:
    url = f"https://half.example:{sites.secure}/"
    strict = look(f'{{item: url_status, url: "{url}"}}')
    lenient = look(f'{{item: url_status, url: "{url}", verify_certificate: no}}')
    expiry = look(f"{{item: cert_expiry, host: half.example, port: {sites.secure}}}")

    assert strict.reason is Reason.TLS_ERROR
    assert "unable to get local issuer" in strict.evidence
    assert lenient.reason is Reason.OK
    assert expiry.reason is Reason.TLS_ERROR


def test_a_certificate_of_another_name_is_told(sites: Sites) -> None:
    seen = look(f"{{item: cert_expiry, host: other.example, port: {sites.secure}}}")

    assert seen.reason is Reason.TLS_ERROR
