"""The daily check of the ways in: a real sshd and a real agent, in which somebody changes
things.
"""

from dataclasses import replace
from pathlib import Path

import boto3
import pytest

from escalate.evidence import evidence as evidence_of
from infra.local.command import main
from infra.local.demo.servers.agent import SnmpdServer, free_udp_port, snmpd_program
from infra.local.demo.servers.ssh import RealSshServer, generate_key, real_sshd
from respond import collect_diagnostics
from tests.functions.access_days import MIDNIGHT, REFUSING, Days, agree, days, other_user, site
from tests.functions.acme import ALICE
from tests.functions.conftest import RuleClock
from tests.functions.mailing import PostOffice, notices, office
from tests.integration.respond_site.site import KEY, SERVER, Site
from toban.domain.access import Way
from toban.domain.check import Agent
from toban.domain.incident import Incident
from toban.domain.plan import Plan
from toban.domain.policy import Policy
from toban.domain.repair import Diagnostics
from toban.domain.revision import Terms
from toban.store import access, contracts, evidence, revisions
from toban.store.documents import to_document
from toban.text.words import words

__all__ = ["days", "notices", "office", "other_user", "site"]
pytestmark = pytest.mark.usefixtures("aws", "rule_clock")
needs_sshd = pytest.mark.skipif(not real_sshd(), reason="needs root and openssh-server")


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

    assert "ログイン(SSH): ログイン用の鍵または証明書を用意できません" in told
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
    told = evidence_of(kept, words("en"), zone="Asia/Tokyo").message
    assert told.endswith("The daily check has not been able to log in since 2026-11-24 02:15 JST.")


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


@pytest.mark.clause("C-8", "N-8")
def test_an_agents_secret_that_we_cannot_read_is_told_as_our_own_fault(
    site: Site, days: Days, office: PostOffice
) -> None:
    contracts.save_policy(Policy(tell_customers_of_access=True))
    agree(site, agent=Agent("127.0.0.1", secret="/toban/acme/nowhere"))

    (told,) = days.check()

    assert "エージェントの認証情報を監視側で読み取れません" in told
    assert "/toban/acme/nowhere cannot be read (ParameterNotFound)" in told
    assert office.to(ALICE.mail) == []
    assert days.check() == []


def test_the_last_check_is_listed_with_the_day_since_when_a_way_fails(
    other_user: Site,
    days: Days,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")

    def listed() -> tuple[int, list[str]]:
        status = main(["access", "list", "acme", "--endpoint", "aws"])
        return status, capsys.readouterr().out.splitlines()

    assert listed() == (0, [f"{SERVER}: not tried yet; each server is tried once a day"])
    days.check()
    other_user.say("sudo", REFUSING)
    days.check()

    status, (tried, ssh, sudo) = listed()
    assert status == 1
    assert tried.startswith(f"{SERVER}: tried 2026-11-24 ")
    assert ssh.startswith("  ssh: works, since 2026-11-23 ")
    assert sudo.startswith("  sudo: no_privilege: systemctl start nginx.service, systemctl restart")
    assert ", since 2026-11-24 " in sudo


def test_a_server_that_left_the_contract_is_not_tried(site: Site, days: Days) -> None:
    customer = contracts.customer("acme")
    revisions.begin_with(Terms(customer, ()), MIDNIGHT.date())

    assert days.check() == []
    assert access.of_server(SERVER) is None
