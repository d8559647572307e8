"""The peers: Prometheus' exporters as Debian ships them, asked as Prometheus asks them."""

import http.client
import json
import os
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from bench.rig.figures import cpu_seconds
from bench.rig.servers import ADDRESSES, COMMUNITY

BLACKBOX = "prometheus-blackbox-exporter"
SNMP = "prometheus-snmp-exporter"
HERE = "127.0.0.1"
_PATIENCE_SECONDS = 10.0
_BLACKBOX_MODULES = {
    "tcp": {"prober": "tcp", "timeout": "10s"},
    "http": {
        "prober": "http",
        "timeout": "10s",
        "http": {"preferred_ip_protocol": "ip4", "method": "GET"},
    },
}


class ExporterError(Exception):
    """The exporter did not do what it was asked; the text is for a person."""


class Exporter:
    """One exporter process of our own, never the machine's service."""

    def __init__(self, program: str, port: int, configuration: object, folder: Path) -> None:
        self.program = program
        self._port = port
        folder.mkdir(parents=True, exist_ok=True)
        self._log = folder / f"{program}.log"
        self._config = folder / f"{program}.yml"  # JSON is YAML too
        self._config.write_text(json.dumps(configuration), encoding="utf-8")
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, authority_file: Path) -> None:
        """Start it, trusting that authority only, and wait until it answers."""
        address = f"--web.listen-address={HERE}:{self._port}"
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                [self.program, f"--config.file={self._config}", address],
                stdout=log,
                stderr=log,
                env=os.environ | {"SSL_CERT_FILE": str(authority_file)},
            )
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while not self._answers():
            if time.monotonic() > deadline or self._process.poll() is not None:
                raise ExporterError(f"{self.program} does not answer: {self._log.read_text()}")
            time.sleep(0.05)

    def stop(self) -> None:
        """End it."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def cpu_us(self, paths: Sequence[str], concurrency: int) -> float:
        """Scrape the paths, that many at once, and return the exporter's CPU time for one."""
        if self._process is None:
            raise ExporterError(f"{self.program} has not been started")
        left, failures = iter(paths), list[str]()
        scrapers = [
            threading.Thread(target=self._scrape, args=(left, failures)) for _ in range(concurrency)
        ]
        before = cpu_seconds(self._process.pid)
        for scraper in scrapers:
            scraper.start()
        for scraper in scrapers:
            scraper.join()
        if failures:
            raise ExporterError(f"{len(failures)} scrapes failed, the first with: {failures[0]}")
        return (cpu_seconds(self._process.pid) - before) / len(paths) * 1e6

    def _scrape(self, paths: Iterator[str], failures: list[str]) -> None:
        connection = http.client.HTTPConnection(HERE, self._port, timeout=30)
        for path in paths:
            connection.request("GET", path)
            response = connection.getresponse()
            text = response.read()
            if response.status != http.HTTPStatus.OK or b"probe_success 0" in text:
                failures.append(f"{path}: {response.status} {text[-200:]!r}")
        connection.close()

    def _answers(self) -> bool:
        connection = http.client.HTTPConnection(HERE, self._port, timeout=2)
        try:
            connection.request("GET", "/metrics")
            return connection.getresponse().status == http.HTTPStatus.OK
        except OSError:
            return False
        finally:
            connection.close()


def installed(program: str) -> bool:
    """Tell whether a program is on PATH."""
    return shutil.which(program) is not None


def blackbox(port: int, folder: Path) -> Exporter:
    """Return the exporter of TCP and HTTP probes; certificates are verified, as by default."""
    return Exporter(BLACKBOX, port, {"modules": _BLACKBOX_MODULES}, folder)


def snmp(port: int, folder: Path, oids: Sequence[str]) -> Exporter:
    """Return the exporter of one GET of these OIDs."""
    metrics = [_metric(number, oid) for number, oid in enumerate(oids)]
    auth = {"community": COMMUNITY}
    module = {"auth": auth, "version": 2, "get": list(oids), "metrics": metrics}
    return Exporter(SNMP, port, {"bench": module}, folder)


def blackbox_paths(module: str, target: str, count: int) -> list[str]:
    """Return scrapes of `target`, in which {host} stands for one address after the other."""
    targets = [target.format(host=ADDRESSES[i % len(ADDRESSES)]) for i in range(count)]
    return [f"/probe?module={module}&target={each}" for each in targets]


def snmp_paths(port: int, count: int) -> list[str]:
    """Return scrapes of the agents."""
    hosts = [ADDRESSES[i % len(ADDRESSES)] for i in range(count)]
    return [f"/snmp?module=bench&target={host}:{port}" for host in hosts]


def _metric(number: int, oid: str) -> dict[str, object]:
    """Scalars are named without their .0, cells of tables by the column and an index."""
    column, _, instance = oid.rpartition(".")
    metric: dict[str, object] = {
        "name": f"bench_{number}",
        "oid": column,
        "type": "gauge",
        "help": oid,
    }
    if instance != "0":
        metric["indexes"] = [{"labelname": "row", "type": "gauge"}]
    return metric
