"""A certificate that was renewed on the disk and is not shown yet, by a real nginx."""

import ssl
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.integration.daemons import free_port, program, written
from tests.integration.peers import until
from tests.integration.respond_site.machine import Machine, own_folder
from tests.integration.respond_site.services import HERE, repaired, words
from toban.domain.check import CertificateQuestion, Check, Kind
from toban.domain.contract import Family, Monitor
from toban.domain.repair import HoldReason, RepairOutcome, StepName


@dataclass(frozen=True, slots=True)
class Site:
    """A nginx that shows a certificate of two days; `folder` holds it."""

    machine: Machine
    folder: Path
    port: int

    def monitor(self) -> Monitor:
        question = CertificateQuestion("shop.example")
        check = Check(
            "acme.web01.cert-expiry", Kind.CERTIFICATE, HERE, self.port, certificate=question
        )
        return Monitor(
            check.monitor_id, "cert_expiry", Family.STATUS, "", "", 120, check, "rb_cert"
        )

    def shown(self) -> str:
        return ssl.get_server_certificate((HERE, self.port))


def issue(folder: Path, name: str, days: int) -> None:
    files = ["-keyout", str(folder / "key.pem"), "-out", str(folder / "certificate.pem")]
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
    rest = ["-nodes", "-days", str(days), "-subj", f"/CN={name}"]
    subject = ["-addext", f"subjectAltName=DNS:{name}"]
    subprocess.run([*command, *rest, *subject, *files], check=True, capture_output=True)


@pytest.fixture
def site() -> Iterator[Site]:
    real, port = program("nginx", "nginx"), free_port(HERE)
    with own_folder() as folder:
        issue(folder, "shop.example", 2)
        config = written(
            folder,
            "nginx.conf",
            f"daemon off; pid {folder}/p; error_log {folder}/error.log;\nevents {{ }}\n"
            f"http {{ access_log off; server {{ listen {HERE}:{port} ssl;\n"
            f"server_name shop.example; ssl_certificate {folder}/certificate.pem;\n"
            f"ssl_certificate_key {folder}/key.pem; }} }}\n",
        )
        machine = Machine(folder / "machine")
        machine.add("nginx", f"{real} -c {config}", {"nginx": f"{real} -c {config}"})
        machine.run("nginx", HERE, port)
        yield Site(machine, folder, port)
        machine.close()


@pytest.mark.clause("P-1")
def test_a_renewed_certificate_is_brought_into_use_by_a_reload(site: Site) -> None:
    before = site.shown()
    issue(site.folder, "shop.example", 90)

    attempt = repaired(site.machine, site.monitor())

    assert (attempt.report.outcome, attempt.report.last_change) == (
        RepairOutcome.ACTED,
        StepName.RELOAD,
    )
    assert site.machine.changes("nginx") == ["reload"]
    assert until(lambda: site.shown() != before)  # nginx answers the reload before it is done


@pytest.mark.clause("P-10")
def test_a_certificate_that_was_not_renewed_is_told_with_what_should_renew_it(site: Site) -> None:
    site.machine.say("certbot", "#!/bin/sh\n")

    attempt = repaired(site.machine, site.monitor())

    assert (attempt.report.hold, attempt.report.changed) == (HoldReason.NOT_RENEWED, False)
    assert "certbot" in words(attempt, StepName.FIND_RENEWAL)
    assert "nothing later in 1 files" in words(attempt, StepName.COMPARE_CERTIFICATES)
    assert site.machine.changes("nginx") == []


@pytest.mark.clause("P-10")
def test_a_certificate_of_another_name_is_not_brought_into_use(site: Site) -> None:
    issue(site.folder, "other.example", 90)

    assert repaired(site.machine, site.monitor()).report.hold is HoldReason.NOT_RENEWED
    assert site.machine.changes("nginx") == []


@pytest.mark.clause("P-10")
def test_nothing_is_reloaded_with_an_error_in_the_configuration(site: Site) -> None:
    issue(site.folder, "shop.example", 90)
    config = site.folder / "nginx.conf"
    config.write_text(config.read_text(encoding="utf-8") + "lisen 80;\n", encoding="utf-8")

    attempt = repaired(site.machine, site.monitor())

    assert attempt.report.changed is False
    assert attempt.report.hold in {HoldReason.CONFIG_ERROR, HoldReason.NOT_RENEWED}
    assert site.machine.changes("nginx") == []


def test_a_port_at_which_no_known_service_runs_is_reported(site: Site) -> None:
    site.machine.systemctl("stop", "nginx")

    report = repaired(site.machine, site.monitor()).report

    assert report.hold is HoldReason.CERTIFICATE_NOT_FOUND
