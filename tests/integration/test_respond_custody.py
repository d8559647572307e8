"""Logins by certificates of minutes, which a key in KMS signs and OpenSSH's own sshd judges."""

import logging
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import boto3
import pytest
from moto import mock_aws
from paramiko.ssh_exception import SSHException

from infra.local.demo.servers.ssh import RealSshServer, generate_key
from respond.credentials import credentials
from respond.login import HostKeyChangedError, ShellError, log_in
from respond.shell import Shell, enter
from tests.integration.respond_site.peers import ADDRESS, needs_sshd
from toban import authority, clock
from toban.clients import forget_clients
from toban.domain.contract import Access, Server
from toban.domain.plan import Plan
from toban.domain.runbook import EntryFailure

INCIDENT = "acme.web01.20261123T120000Z"
SETTING = "SSH_AUTHORITY_KEY"

pytestmark = [needs_sshd, pytest.mark.clause("C-1")]


def new_authority() -> str:
    made = boto3.client("kms").create_key(KeySpec="ECC_NIST_P256", KeyUsage="SIGN_VERIFY")
    return str(made["KeyMetadata"]["KeyId"])


@pytest.fixture(scope="module")
def key() -> Iterator[str]:
    with mock_aws():
        forget_clients()
        yield new_authority()
    forget_clients()


class Sshd(RealSshServer):
    """A server of ACME without any authorized key that trusts these authorities, for root only."""

    def __init__(self, folder: Path, *trusted: str) -> None:
        file = folder / "toban_ca.pub"
        file.write_text("".join(f"{line}\n" for line in trusted), encoding="ascii")
        listed = folder / "toban_principals"
        listed.write_text("acme@toban\n", encoding="ascii")
        trust = [f"TrustedUserCAKeys {file}", f"AuthorizedPrincipalsFile {listed}"]
        for_root = ["LogLevel VERBOSE", "Match User root", *trust, "Match all"]
        super().__init__(folder, ADDRESS, [], options=for_root)
        self._own_log = folder / "sshd.log"

    def said(self) -> str:
        return self._own_log.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def sshd(key: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sshd]:
    older = authority.trusted_line(new_authority())
    with Sshd(tmp_path_factory.mktemp("sshd"), older, authority.trusted_line(key)) as server:
        yield server


@pytest.fixture(autouse=True)
def _signing(key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SETTING, key)
    monkeypatch.delenv("EGRESS_ADDRESSES", raising=False)


def way_in(sshd: Sshd) -> Server:
    return Server("acme.web01", Plan.RESPOND, (ADDRESS,), (), sshd.access("root", ""))


def refusal(sshd: Sshd) -> ShellError:
    with pytest.raises(ShellError) as caught:
        enter(way_in(sshd), credentials(INCIDENT))
    return caught.value


def issue() -> str:
    return credentials(INCIDENT)("certificate/acme")


def test_a_server_that_trusts_the_authority_needs_no_key_of_ours(sshd: Sshd) -> None:
    with enter(way_in(sshd), credentials(INCIDENT)) as shell:
        assert shell.run("echo in", 10, 100).output == "in"

    assert re.search(rf'ID "?{INCIDENT}"? \(serial \d+\) CA ECDSA SHA256:', sshd.said())


def test_each_login_has_a_key_of_its_own() -> None:
    assert len({issue() for _ in range(3)}) == 3


def test_the_servers_clock_counts_and_not_the_time_of_the_rules(sshd: Sshd) -> None:
    clock.use(lambda: datetime(2031, 1, 1, tzinfo=UTC))
    try:
        with enter(way_in(sshd), credentials(INCIDENT)) as shell:
            assert shell.run("echo in", 10, 100).output == "in"
    finally:
        clock.use(clock.system_time)


@pytest.mark.parametrize(("minutes", "why"), [(-6, "expired"), (2, "not yet valid")])
def test_a_certificate_is_good_for_five_minutes(
    sshd: Sshd, monkeypatch: pytest.MonkeyPatch, minutes: int, why: str
) -> None:
    issued_at = clock.machine_now() + timedelta(minutes=minutes)
    monkeypatch.setattr(clock, "machine_now", lambda: issued_at)

    assert refusal(sshd).failure is EntryFailure.LOGIN_REFUSED
    assert f"Certificate invalid: {why}" in sshd.said()


def test_another_authority_opens_nothing(sshd: Sshd, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SETTING, new_authority())

    refused = refusal(sshd)

    assert str(refused) == "login_refused: user root with a certificate"


def test_another_customers_sheet_that_names_the_server_opens_nothing(sshd: Sshd) -> None:
    """Address, user and host key may be known to everybody; the principal is the customer's."""
    stranger = replace(way_in(sshd), server_id="globex.web01")

    with pytest.raises(ShellError) as caught:
        enter(stranger, credentials("globex.web01.20261123T120000Z"))

    assert caught.value.failure is EntryFailure.LOGIN_REFUSED
    assert "Certificate does not contain an authorized principal" in sshd.said()


def test_a_server_trusts_it_for_the_one_user_that_it_names(sshd: Sshd) -> None:
    with pytest.raises(ShellError) as caught:
        Shell.connect(sshd.access("nobody", ""), issue())

    assert caught.value.failure is EntryFailure.LOGIN_REFUSED


def test_from_other_addresses_than_ours_it_opens_nothing(
    sshd: Sshd, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EGRESS_ADDRESSES", "198.51.100.7, 203.0.113.0/24")
    assert refusal(sshd).failure is EntryFailure.LOGIN_REFUSED
    assert "not from a permitted source address" in sshd.said()

    for ours in ("198.51.100.7, 127.0.0.1", "2001:db8::7/64,127.0.0.9/8"):
        monkeypatch.setenv("EGRESS_ADDRESSES", ours)
        enter(way_in(sshd), credentials(INCIDENT)).close()


def test_it_gives_neither_a_terminal_nor_a_tunnel(sshd: Sshd) -> None:
    transport = log_in(sshd.access("root", ""), issue(), 10)
    try:
        with pytest.raises(SSHException):
            transport.open_session(timeout=10).get_pty()
        with pytest.raises(SSHException):
            transport.open_channel(
                "direct-tcpip", (ADDRESS, sshd.port), ("127.0.0.1", 1), timeout=10
            )
    finally:
        transport.close()


def test_a_changed_host_key_is_refused_before_any_certificate_is_shown(
    sshd: Sshd,
) -> None:
    before = sshd.said()
    pinned = Access(ADDRESS, "root", "", (generate_key().public,), sshd.port)

    with pytest.raises(HostKeyChangedError):
        Shell.connect(pinned, issue())

    assert "ID" not in sshd.said().removeprefix(before)


def test_nothing_of_the_key_is_stored_or_logged(
    sshd: Sshd,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    given: list[str] = []
    issuing = credentials(INCIDENT)

    def noted(name: str) -> str:
        given.append(issuing(name))
        return given[0]

    with caplog.at_level(logging.DEBUG), enter(way_in(sshd), noted) as shell:
        environment = shell.run("env", 10, 10_000).output

    told = caplog.text + sshd.said() + environment
    lines, certificate = given[0].splitlines()[1:-2], given[0].splitlines()[-1]
    private = [line for line in lines if len(line) > len(INCIDENT) and line not in certificate]
    assert len(private) > 1  # the others are of the public half, which the certificate shows
    assert [line for line in private if line in told] == []
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("setting", "wrong"),
    [(SETTING, "00000000-0000-0000-0000-000000000000"), ("EGRESS_ADDRESSES", "198.51.100.700")],
)
def test_where_our_own_settings_are_wrong_it_is_said_that_no_certificate_was_issued(
    sshd: Sshd, monkeypatch: pytest.MonkeyPatch, setting: str, wrong: str
) -> None:
    monkeypatch.setenv(setting, wrong)

    assert str(refusal(sshd)) == "key_unusable: no certificate was issued"


def test_a_certificate_of_another_key_is_not_shown_to_anybody(sshd: Sshd) -> None:
    other = generate_key().private + issue().split("-----\n")[-1]

    with pytest.raises(ShellError) as caught:
        Shell.connect(sshd.access("root", ""), other)

    assert caught.value.failure is EntryFailure.KEY_UNUSABLE


@pytest.mark.skipif(not shutil.which("ssh-keygen"), reason="needs openssh-client")
def test_ssh_keygen_reads_what_it_grants(
    tmp_path: Path, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EGRESS_ADDRESSES", "198.51.100.7")
    path = tmp_path / "shown-cert.pub"
    path.write_text(issue().split("-----\n")[-1], encoding="ascii")

    shown = subprocess.run(
        ["ssh-keygen", "-L", "-f", str(path)], capture_output=True, text=True, check=True
    ).stdout

    assert "user certificate" in shown
    assert f'Key ID: "{INCIDENT}"' in shown
    assert re.search(r"Principals:\s+acme@toban\n", shown)
    assert re.search(r"Critical Options:\s+source-address 198\.51\.100\.7/32\n", shown)
    assert "Extensions: (none)" in shown
