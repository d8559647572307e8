"""The sheet to sign: contacts, procedures and lines to install, and the command that writes it."""

from html import unescape
from pathlib import Path

import pytest

from contract import run_acceptance
from infra.local.command import main
from infra.local.commands import sheet_accept
from infra.local.demo.servers.agent import SnmpdServer, snmpd_program
from tests.functions.accepting import accept, agent, authority, hand_in, site
from tests.functions.intake_bucket import bucket
from tests.functions.mailing import PostOffice, office
from tests.integration.respond_site.site import KEY, Site

__all__ = ["agent", "authority", "bucket", "office", "site"]
pytestmark = [
    pytest.mark.usefixtures("aws", "rule_clock"),
    pytest.mark.skipif(snmpd_program() is None, reason="needs the Debian package snmpd"),
]


@pytest.mark.clause("N-2", "N-10", "C-2")
def test_each_contact_gets_one_test_mail_and_the_sheet_says_who_could_not_be_mailed(
    site: Site, agent: SnmpdServer, office: PostOffice
) -> None:
    office.refuses["sato@acme.example"] = "MessageRejected"
    event = hand_in(site, agent)
    answer = run_acceptance.handler(event, None)
    again = run_acceptance.handler({"key": answer["key"]}, None)

    (mail,) = office.to("yamada@acme.example")
    assert "[Test] Test of your contact address (this is no fault)" in mail.splitlines()[0]
    assert "There is no fault." in mail
    sheet = unescape(answer["sign_off"])
    assert '<td class="words">sent (taken by the mail server)</td>' in sheet
    assert "Contact 2, Sato: refused by the mail server / not tried" in sheet
    assert again == answer


@pytest.mark.clause("C-9")
def test_without_fixed_addresses_the_sheet_says_what_that_means(
    site: Site, agent: SnmpdServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EGRESS_ADDRESSES", "")

    _, sheet = accept(hand_in(site, agent))

    assert "The outbound addresses are not fixed" in sheet
    assert "from these addresses only" not in sheet
    assert f"<pre>restrict {KEY.public}</pre>" in sheet


@pytest.mark.clause("C-2", "C-4")
def test_the_sheet_to_sign_says_from_when_it_is_in_force(site: Site, agent: SnmpdServer) -> None:
    _, sheet = accept(hand_in(site, agent, "start: 2027-02-01\n"))

    assert '<th scope="row">In force from</th><td>2027-02-01 00:00 JST</td>' in sheet


@pytest.mark.clause("C-2", "C-8")
def test_for_certificates_the_sheet_has_the_lines_of_sshd_config(
    site: Site, agent: SnmpdServer, authority: str
) -> None:
    sheet = accept(hand_in(site, agent, key="certificate: yes"))[1]

    assert "Match User toban\n    TrustedUserCAKeys /etc/ssh/toban_ca.pub" in sheet
    assert "toban-ssh-authority\n" in sheet
    assert "authorized_keys" not in sheet


@pytest.mark.clause("P-4", "C-2")
def test_times_at_which_nobody_may_be_telephoned_stand_on_the_sheet(
    site: Site, agent: SnmpdServer
) -> None:
    _, sheet = accept(hand_in(site, agent, hours="hours: weekdays 9:00-18:00", locale="ja"))

    assert "お電話をお受けいただける方がいない時間帯" in sheet
    assert "<li>土・日・祝日 00:00〜24:00</li>" in sheet
    assert "<td>月〜金 09:00〜18:00</td>" in sheet


@pytest.mark.clause("P-1", "P-10")
def test_the_sheet_lists_the_procedures_that_may_run_and_says_where_there_is_none(
    site: Site, agent: SnmpdServer
) -> None:
    _, sheet = accept(hand_in(site, agent))

    row = next(line for line in sheet.splitlines() if "<td>start or restart of the service" in line)
    assert "<td>HTTP" in row

    _, notified = accept(hand_in(site, agent, plan="notify"))
    assert "No procedure changes anything on this server." in notified


def test_a_name_of_a_customer_is_never_markup(site: Site, agent: SnmpdServer) -> None:
    answer = run_acceptance.handler(hand_in(site, agent), None)

    assert "Acme &lt;Ltd&gt;" in answer["sign_off"]
    assert "<Ltd>" not in answer["sign_off"]


@pytest.mark.clause("C-2")
def test_the_command_tells_how_it_went_and_writes_the_sheet_to_sign(
    site: Site,
    agent: SnmpdServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    event = hand_in(site, agent, more="      - {item: proc_custom, process: absent}\n")
    (tmp_path / "acme.yaml").write_text(event["sheet"], encoding="utf-8")
    monkeypatch.setattr(
        sheet_accept, "ask", lambda _, asked, *__: run_acceptance.handler(asked, None)
    )

    status = main(["sheet", "accept", str(tmp_path / "acme.yaml")])

    told = capsys.readouterr().out.splitlines()
    assert status == 1
    assert told[:2] == ["acme: to be mended", "  contact 1: test mail sent"]
    assert "  snmpd.conf, seems to be missing: proc absent" in told
    assert told[-1] == f"To sign: {tmp_path / 'acme.accepted.html'}"
    assert "proc absent" in (tmp_path / "acme.accepted.html").read_text(encoding="utf-8")
