"""Whatever is ACME's is out of reach of a sheet or a notice of Globex.

Each test is an attempt, and says what stops it.
"""

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest

from contract import agreement, apply_due_changes, read_hearing_sheet, run_acceptance
from contract.sheet import SheetError, parse_sheet
from probe.probers.tcp import probe
from tests.functions.agreeing import TUESDAY_IN_TOKYO
from tests.functions.conftest import RuleClock
from tests.functions.two_customers import GLOBEX, stored
from tests.unit.acme_sheet import ACME
from toban import clock
from toban.domain.check import Check, Kind
from toban.domain.observation import Reason
from toban.store import contracts, ended, revisions

pytestmark = pytest.mark.usefixtures("aws")

HOST_KEY_LINE = next(line for line in ACME.splitlines() if "host_keys" in line)
ACMES_NAMES = {
    "key": ("/toban/globex/web01/ssh-key", "/toban/acme/web01/ssh-key"),
    "community": ("/toban/globex/web01/snmp", "/toban/acme/web01/snmp"),
    "climbing": ("/toban/globex/web01/snmp", "/toban/globex/../acme/web01/snmp"),
    "full-width": ("/toban/globex/web01/snmp", "／toban／acme／web01／snmp"),
    "longer-id": ("/toban/globex/web01/snmp", "/toban/globex-2/web01/snmp"),
    "our-own": ("/toban/globex/web01/snmp", "/toban/graph.links/toban/keys"),
    "outside": ("/toban/globex/web01/snmp", "/aws/reference/secretsmanager/acme"),
    "server": ("- id: web01", "- id: acme.web01"),
    "monitor": ("- ssh", "- {item: tcp, id: acme.web01.http, port: 80}"),
    "address": ("- ssh", "- {item: tcp, id: api, port: 80, address: 192.0.2.99}"),
    "customer": ("id: globex", "id: acme.web01"),
    "provider": ("id: globex", "id: provider"),
    "procedure": ("    monitors:", "    without: [acme.web01.http]\n    monitors:"),
}


@pytest.fixture(autouse=True)
def _tuesday(rule_clock: RuleClock, monkeypatch: pytest.MonkeyPatch) -> None:
    rule_clock.at = TUESDAY_IN_TOKYO
    monkeypatch.setenv("CONTRACT_DAYS", "90")


def _ask(action: str, sheet: str = GLOBEX, **more: Any) -> dict[str, Any]:
    event = {"action": action, "sheet": sheet, "file": "globex.yaml", **more}
    return read_hearing_sheet.handler(event, None)


def _in_force(sheet: str) -> None:
    assert _ask("apply", sheet, at_once=True)["applied"]


@pytest.mark.clause("C-2")
@pytest.mark.parametrize(("before", "after"), ACMES_NAMES.values(), ids=ACMES_NAMES)
def test_a_sheet_that_names_what_is_acmes_or_ours_is_refused(before: str, after: str) -> None:
    """Ids hold no dot, names of secrets begin with the customer's, addresses are the server's."""
    _in_force(ACME)
    acmes = stored("acme")

    answer = _ask("apply", GLOBEX.replace(before, after), at_once=True)

    assert answer["mistakes"]
    assert all(each.startswith("globex.yaml:") for each in answer["mistakes"])
    assert (stored("acme"), stored("globex")) == (acmes, [])


@pytest.mark.clause("C-2")
def test_a_sheet_under_acmes_id_is_refused_with_its_place() -> None:
    """Another name and nobody of ACME's contacts: that is another customer."""
    _in_force(ACME)
    acmes = stored("acme")
    usurping = GLOBEX.replace("globex\n", "acme\n").replace("/toban/globex/", "/toban/acme/")

    for action in ("plan", "apply"):
        (mistake,) = _ask(action, usurping)["mistakes"]

    assert mistake == (
        'globex.yaml:2:7: "acme" is the id of "Acme", whose contacts are others. If this is another'
        ' customer, write another "id". If it is the same, change name and contacts one after the '
        "other."
    )
    assert stored("acme") == acmes


@pytest.mark.clause("C-2")
def test_of_two_customers_who_come_with_one_id_at_once_only_the_first_has_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    is_forgotten = ended.is_forgotten

    def overtaken(customer_id: str) -> bool:
        monkeypatch.setattr(ended, "is_forgotten", is_forgotten)
        _in_force(ACME)
        return is_forgotten(customer_id)

    monkeypatch.setattr(ended, "is_forgotten", overtaken)
    usurping = GLOBEX.replace("globex\n", "acme\n").replace("/toban/globex/", "/toban/acme/")

    (mistake,) = _ask("apply", usurping, at_once=True)["mistakes"]

    assert "stale" in mistake
    assert contracts.customer("acme").name == "Acme"


def test_acme_may_change_its_name_and_its_contacts_one_after_the_other() -> None:
    _in_force(ACME)
    named = ACME.replace("name: Acme", "name: New Acme")

    _in_force(named)
    _in_force(named.replace("acme.example", "new-acme.example"))

    assert contracts.customer("acme").contacts[0].mail == "yamada@new-acme.example"


@pytest.mark.clause("C-7")
def test_acmes_id_is_nobody_elses_while_its_data_is_kept_and_never_again(
    rule_clock: RuleClock,
) -> None:
    """Graphs and reports are kept longer than the contract, under the ids of its servers."""
    _in_force(ACME)
    _ask("apply", end_of="acme")
    usurping = GLOBEX.replace("globex\n", "acme\n").replace("/toban/globex/", "/toban/acme/")

    rule_clock.at = datetime(2027, 1, 5, tzinfo=UTC)
    apply_due_changes.handler({}, None)
    (kept,) = _ask("apply", usurping)["mistakes"]
    rule_clock.at = datetime(2027, 6, 1, tzinfo=UTC)
    assert apply_due_changes.handler({}, None)["deleted"] == ["acme"]
    (gone,) = _ask("apply", usurping)["mistakes"]

    assert 'is the id of "Acme"' in kept
    assert gone == (
        'globex.yaml:2:7: "acme" was the id of a contract that has ended. Write another "id": ids '
        "are never given twice."
    )


@pytest.mark.clause("C-7")
@pytest.mark.parametrize("whose", ["", "globex", "acme.web01", "acme#", "#in-force", "provider"])
def test_a_notice_that_does_not_name_a_customer_ends_nobodys_contract(whose: str) -> None:
    _in_force(ACME)
    _ask("apply", ACME + "      - cpu\n")
    acmes = stored("acme")

    (mistake,) = _ask("apply", end_of=whose)["mistakes"]

    assert "There is no contract with" in mistake
    assert stored("acme") == acmes


def test_the_plan_of_one_customer_cannot_be_agreed_to_with_the_sheet_of_the_other() -> None:
    """A plan's id holds the fingerprint of what it would put in force."""
    plan = _ask("plan", ACME)["plan"]["plan_id"]

    assert _ask("apply", GLOBEX, plan_id=plan)["mistakes"] == [read_hearing_sheet.STALE]
    assert (stored("acme"), stored("globex")) == ([], [])


def test_what_globex_begins_changes_and_ends_leaves_acmes_contract_as_it_is(
    rule_clock: RuleClock,
) -> None:
    _in_force(ACME)
    acmes = stored("acme")

    _in_force(GLOBEX)
    rule_clock.pass_by(60)
    _in_force(GLOBEX + "      - cpu\n")
    _ask("apply", end_of="globex")
    for later in (datetime(2027, 1, 5, tzinfo=UTC), datetime(2027, 6, 1, tzinfo=UTC)):
        rule_clock.at = later
        apply_due_changes.handler({}, None)

    (kept,) = stored("globex")
    assert "#forgotten" in kept
    assert stored("acme") == acmes
    assert [each.customer.customer_id for each in revisions.all_in_force()] == ["acme"]


def test_a_shared_address_is_asked_with_the_keys_of_who_named_it() -> None:
    """Customers may share a machine: a balancer, a host of several. What opens it is their own."""
    (server,) = parse_sheet(GLOBEX.encode(), "globex.yaml").servers
    certified = GLOBEX.replace("key: /toban/globex/web01/ssh-key", "certificate: yes")
    (by_certificate,) = parse_sheet(certified.encode(), "globex.yaml").servers

    assert server.addresses == parse_sheet(ACME.encode(), "acme.yaml").servers[0].addresses
    assert server.credential == "/toban/globex/web01/ssh-key"
    assert by_certificate.credential == "certificate/globex"
    secrets = {each.check.agent.secret for each in server.monitors if each.check.agent}
    assert secrets == {"/toban/globex/web01/snmp"}


@pytest.mark.parametrize("address", ["::ffff:127.0.0.1", "127.9.9.9", "::1", "localhost"])
def test_a_server_that_would_be_the_function_itself_is_refused(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The runtime there hands out what other customers' events hold."""
    monkeypatch.setenv("AWS_EXECUTION_ENV", "AWS_Lambda_python3.13")

    (mistake,) = _ask("plan", GLOBEX.replace("[192.0.2.10]", f'["{address}"]'))["mistakes"]

    assert "is the monitoring system itself" in mistake


def test_a_name_that_leads_to_the_function_itself_is_not_connected_to(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Whoever owns a name decides where it leads, after the sheet was read as well."""
    monkeypatch.setenv("AWS_EXECUTION_ENV", "AWS_Lambda_python3.13")
    check = Check("globex.web01.tcp", Kind.TCP, "localhost", 9001)

    seen = asyncio.run(probe(check, clock.now))

    assert (seen.reason, seen.evidence) == (Reason.DNS_ERROR, "localhost leads to no server")


def test_the_network_of_the_function_is_no_address_in_any_writing() -> None:
    for address in ("169.254.169.254", "::ffff:169.254.169.254", "::ffff:a9fe:a9fe", "::", "0"):
        with pytest.raises(SheetError, match=r"that no server has|is not an address"):
            parse_sheet(GLOBEX.replace("[192.0.2.10]", f'["{address}"]').encode(), "globex.yaml")


def test_an_acceptance_run_tries_nothing_of_a_customer_whose_sheet_was_not_agreed() -> None:
    _in_force(ACME)

    answer = run_acceptance.handler({"sheet": GLOBEX, "file": "globex.yaml"}, None)

    assert answer["mistakes"] == [agreement.NOT_AGREED]
