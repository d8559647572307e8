"""What both sides ask: the real nginx, over HTTP and HTTPS, and the real snmpd."""

import datetime
import ipaddress
import os
import time
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from infra.local.demo.servers.agent import SnmpdServer
from infra.local.demo.servers.daemon import DaemonError
from infra.local.demo.servers.web import NginxServer
from probe.shard import observe_all
from toban import clock
from toban.domain.check import Check, Kind, Resource, ResourceQuestion

ADDRESSES = tuple(f"127.0.0.{host}" for host in range(11, 91))
"""As many as a shard has agents: each server has an address of its own."""
COMMUNITY = "bench"
PAGE = "<!doctype html><title>bench</title><p>It works.</p>"
_DAY = datetime.timedelta(days=1)
_PATIENCE_SECONDS = 60.0


class ManySidedNginx(NginxServer):
    """nginx on all addresses: HTTP on `port`, HTTPS (TLS 1.3, P-256, no resumption) on the next."""

    def __init__(self, port: int, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        _write_certificates(folder)
        super().__init__(ADDRESSES[0], port, folder, page=PAGE)

    @property
    def authority_file(self) -> Path:
        """The certificate that both sides trust."""
        return self.folder / "authority.pem"

    def _configuration(self) -> str:
        listen = "\n".join(
            f"listen {host}:{port} {tls} backlog=4096;"
            for host in ADDRESSES
            for port, tls in ((self.port, ""), (self.port + 1, "ssl"))
        )
        scratch = "\n".join(
            f"{kind}_temp_path {self.folder}/{kind};"
            for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        return f"""
{"user root;" if os.geteuid() == 0 else ""}
pid {self.pid_file};
error_log {self.log_file};
worker_processes 1;
events {{ worker_connections 4096; }}
http {{
{scratch}
  access_log off;
  ssl_certificate {self.folder}/server.pem;
  ssl_certificate_key {self.folder}/server.key;
  ssl_protocols TLSv1.2 TLSv1.3;
  ssl_session_tickets off;
  ssl_session_cache off;
  server {{
    {listen}
    location / {{ default_type text/html; return 200 '{self.page}'; }}
  }}
}}
"""


class ManySidedSnmpd(SnmpdServer):
    """snmpd on all addresses, each with a receive buffer of its own, as servers have."""

    def __init__(self, port: int, folder: Path) -> None:
        super().__init__(ADDRESSES[0], port, folder, processes=(), community=COMMUNITY)

    def start(self) -> None:
        """Start it and wait until it knows its CPU ticks: in its first seconds they are zero."""
        super().start()
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while not self._knows_its_ticks():
            if time.monotonic() > deadline:
                raise DaemonError(f"snmpd tells no CPU ticks; see {self.log_file}")
            time.sleep(0.1)

    def _knows_its_ticks(self) -> bool:
        check = Check(
            "acme.bench.cpu",
            Kind.RESOURCE,
            self.address,
            agent=self.where("community"),
            resource=ResourceQuestion(Resource.CPU, 100.0),
        )
        return bool(observe_all([check], {}, lambda _: COMMUNITY, clock.now).counters)

    def _configuration(self) -> str:
        everywhere = ",".join(f"udp:{host}:{self.port}" for host in ADDRESSES)
        first, *others = super()._configuration().splitlines()
        return "\n".join([f"{first.split()[0]} {everywhere}", *others]) + "\n"


def _write_certificates(folder: Path) -> None:
    """Write an authority and a server certificate for all addresses, valid for a day."""
    authority_key, server_key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    authority = _certificate("bench authority", authority_key, None, authority_key)
    server = _certificate("bench", server_key, authority, authority_key)
    pem = serialization.Encoding.PEM
    (folder / "authority.pem").write_bytes(authority.public_bytes(pem))
    (folder / "server.pem").write_bytes(server.public_bytes(pem))
    key = server_key.private_bytes(
        pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "server.key").write_bytes(key)


def _certificate(
    name: str,
    key: ec.EllipticCurvePrivateKey,
    issuer: x509.Certificate | None,
    issuer_key: ec.EllipticCurvePrivateKey,
) -> x509.Certificate:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    addresses = [x509.IPAddress(ipaddress.ip_address(host)) for host in ADDRESSES]
    now = clock.now()
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _DAY)
        .not_valid_after(now + _DAY)
        .add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName(addresses), critical=False)
        .sign(issuer_key, hashes.SHA256())
    )
