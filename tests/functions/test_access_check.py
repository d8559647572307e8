"""The daily check of the ways in: a real sshd and a real agent, in which somebody changes
things.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest

from escalate import tell_operator
from infra.local.demo.servers.agent import SnmpdServer, free_udp_port, snmpd_program
from infra.local.demo.servers.ssh import RealSshServer, generate_key, real_sshd
from probe import ask_agent
from respond import check_access, collect_diagnostics
from tests.functions.acme import ALICE
from tests.functions.conftest import RuleClock
from tests.functions.mailing import PostOffice, notices, office
from tests.integration.respond_site.site import KEY, SERVER, Site
from toban.domain.access import Way, slot_of
from toban.domain.contract import Customer
from toban.domain.incident import Incident
from toban.domain.plan import Plan
from toban.domain.policy import Policy
from toban.domain.repair import Diagnostics
from toban.domain.revision import Terms
from toban.store import access, contracts, evidence, revisions
from toban.store.documents import to_document

__all__ = ["notices", "office"]
pytestmark = pytest.mark.usefixtures("aws", "rule_clock")
needs_sshd = pytest.mark.skipif(not real_sshd(), reason="needs root and openssh-server")

SHARE = slot_of(SERVER) * timedelta(minutes=15)
MIDNIGHT = datetime(2026, 11, 23, tzinfo=UTC)
REFUSING = "#!/bin/sh\necho 'sudo: a password is required' >&2; exit 1\n"


class Days:
    """Lets a day of the schedule pass, and carries out what Lambda would."""

    def __init__(self, office: PostOffice, clock: RuleClock, patch: pytest.MonkeyPatch) -> None:
        self._office, self._clock, self._seen = office, clock, 0
        self.sees = True
        clock.at = MIDNIGHT + SHARE
        for name in ("CHECK_ACCESS", "ASK_AGENT", "TELL_OPERATOR"):
            patch.setenv(f"{name}_FUNCTION", name)
        patch.setattr(check_access, "invoke_later", self._invoke)
        patch.setattr(check_access, "ask_function", self._ask)

    def _invoke(self, name: str, event: object) -> None:
        handler = {"CHECK_ACCESS": check_access, "TELL_OPERATOR": tell_operator}[name].handler
        for _ in range(2):  # Lambda may deliver an event twice
            handler(to_document(event), None)

    def _ask(self, _: str, event: dict[str, Any], __: int) -> dict[str, Any]:
        return ask_agent.handler(event, None) | {"sees": self.sees}

    def check(self) -> list[str]:
        """Run the server's share of a day; return what the operators were told."""
        check_access.handler({"scheduled_at": to_document(self._clock.at)}, None)
        self._clock.pass_by(86_400)
        letters = [text for _, text in self._office.letters]
        new, self._seen = letters[self._seen :], len(letters)
        return new


@pytest.fixture
def days(office: PostOffice, rule_clock: RuleClock, monkeypatch: pytest.MonkeyPatch) -> Days:
    return Days(office, rule_clock, monkeypatch)


@pytest.fixture
def site(tmp_path: Path, aws: None) -> Iterator[Site]:
    made = Site(tmp_path / "site", "127.0.0.67", real=bool(real_sshd()))
    boto3.client("ssm").put_parameter(Name="/toban/acme/key", Value=KEY.private, Type="String")
    agree(made)
    yield made
    made.close()


@pytest.fixture
def other_user(tmp_path: Path, aws: None) -> Iterator[Site]:
    """A server that is entered by a user with sudo."""
    made = Site(tmp_path / "site", "127.0.0.67", real=False)
    made.say("sudo", "#!/bin/sh\nexit 0\n")
    boto3.client("ssm").put_parameter(Name="/toban/acme/key", Value=KEY.private, Type="String")
    agree(made, user="toban")
    yield made
    made.close()


def agree(site: Site, user: str = "root", **changed: Any) -> None:
    customer = Customer("acme", "ACME", (ALICE,))
    server = replace(site.server(user), **changed)
    revisions.begin_with(Terms(customer, (server,)), MIDNIGHT.date())


@needs_sshd
@pytest.mark.clause("C-8")
def test_a_key_that_was_changed_on_the_server_is_found_before_an_incident(
    site: Site, days: Days
) -> None:
    authorized = site.folder / "ssh" / "authorized_keys"
    known = authorized.read_text()
    assert days.check() == []
    authorized.write_text(f"{generate_key().public}\n")

    (told,) = days.check()
    assert "日次アクセス確認で異常" in told
    assert "ログイン(SSH): ログインが拒否されました" in told or "ログイン(SSH)" in told
    assert "ACME" in told
    assert days.check() == []  # it goes on, and is not told every day

    authorized.write_text(known)
    (told,) = days.check()
    assert "日次アクセス確認が正常に復帰" in told
    assert days.check() == []


@needs_sshd
@pytest.mark.clause("C-8")
def test_by_policy_the_customer_is_told_too_of_what_is_his_to_mend(
    site: Site, days: Days, office: PostOffice
) -> None:
    contracts.save_policy(Policy(tell_customers_of_access=True))
    authorized = site.folder / "ssh" / "authorized_keys"
    known = authorized.read_text()
    authorized.write_text("")
    days.check()
    days.check()
    authorized.write_text(known)
    days.check()

    subjects = [text.splitlines()[0] for text in office.to(ALICE.mail)]
    assert subjects == [
        "【アクセス不可】web01 ログイン(SSH): ログイン拒否",
        "【アクセス復帰】web01 ログイン(SSH): 正常",
    ]


def test_a_key_that_we_have_lost_is_told_to_operators_only(
    site: Site, days: Days, office: PostOffice
) -> None:
    contracts.save_policy(Policy(tell_customers_of_access=True))
    boto3.client("ssm").delete_parameter(Name="/toban/acme/key")

    (told,) = days.check()

    assert "登録" in told
    assert office.to(ALICE.mail) == []


@needs_sshd
@pytest.mark.clause("C-8")
def test_a_changed_host_key_is_told_as_what_it_is_and_nothing_is_run(
    site: Site, days: Days
) -> None:
    assert days.check() == []
    port = site.ssh.port
    site.ssh.stop()
    site.ssh = RealSshServer(site.folder / "ssh", site.address, [KEY.public], port=port)

    (told,) = days.check()

    assert "ホスト鍵の変更を検知" in told
    log = (site.folder / "ssh" / "sshd.log").read_text(encoding="utf-8")
    assert "Accepted publickey" not in log


@pytest.mark.clause("C-8")
def test_sudo_that_was_taken_away_is_told_with_the_commands_that_it_refuses(
    other_user: Site, days: Days
) -> None:
    assert days.check() == []
    other_user.say("sudo", REFUSING)

    (told,) = days.check()

    assert "権限(sudo)" in told
    for command in ("systemctl start nginx.service", "systemctl restart nginx.service", "nginx -t"):
        assert command in told
    assert other_user.changes == []
    assert days.check() == []


def test_a_plan_without_a_first_response_needs_no_sudo(other_user: Site, days: Days) -> None:
    agree(other_user, user="toban", plan=Plan.NOTIFY)
    other_user.say("sudo", REFUSING)

    assert days.check() == []


@pytest.mark.clause("N-8")
def test_while_our_own_side_cannot_see_nobody_is_told_and_nothing_is_known(
    site: Site, days: Days
) -> None:
    site.ssh.stop()
    days.sees = False

    assert days.check() == []
    known = access.of_server(SERVER)
    assert known
    assert known.ways == ()


@pytest.mark.clause("N-4", "C-8")
def test_in_an_incident_it_is_known_since_when_the_login_fails(
    site: Site, days: Days, rule_clock: RuleClock
) -> None:
    site.ssh.stop()
    began = rule_clock.at
    days.check()
    opened = Incident("acme.web01.x", "acme", SERVER, Plan.RESPOND, rule_clock.at, 30, Policy())

    collect_diagnostics.handler({"incident": to_document(opened), "alerts": []}, None)

    kept = evidence.load(opened.incident_id, "diagnostics", Diagnostics)
    assert kept
    assert kept.failing_since == began


@pytest.mark.skipif(snmpd_program() is None, reason="needs the Debian package snmpd")
@pytest.mark.clause("C-8")
def test_an_agent_whose_key_was_changed_is_told_though_its_monitors_are_only_unknown(
    site: Site, days: Days, tmp_path: Path
) -> None:
    agent = SnmpdServer("127.0.0.1", free_udp_port("127.0.0.1"), tmp_path)
    agent.start()
    try:
        name = "/toban/acme/snmp"
        ssm = boto3.client("ssm")
        ssm.put_parameter(Name=name, Value=agent.secret("3"), Type="String")
        agree(site, agent=agent.where(name, "3"))
        assert days.check() == []
        known = access.of_server(SERVER)
        assert known
        assert {way.way: way.fault for way in known.ways} == {Way.SSH: "", Way.AGENT: ""}

        agree(site, agent=agent.where("/toban/acme/other", "3"))
        wrong = replace(agent.user, auth_key="changed-on-the-server").secret()
        ssm.put_parameter(Name="/toban/acme/other", Value=wrong, Type="String")
        (told,) = days.check()
    finally:
        agent.stop()

    assert "SNMP エージェント: エージェントが応答しません" in told


def test_a_server_that_left_the_contract_is_not_tried(site: Site, days: Days) -> None:
    customer = contracts.customer("acme")
    revisions.begin_with(Terms(customer, ()), MIDNIGHT.date())

    assert days.check() == []
    assert access.of_server(SERVER) is None
