"""The canary is watched beside the customers' servers and counts nowhere as one of theirs."""

from typing import Any

import pytest

from contract import arrange_canary, serve_canary
from tests.functions.conftest import RuleClock
from toban.domain.canary import Route, begins_at, server_id
from toban.store import canaries, contracts, rails, revisions, shards

MAIL = "success@simulator.example"
URL = "https://abc.lambda-url.example/"

pytestmark = [pytest.mark.clause("N-8"), pytest.mark.usefixtures("aws")]


def arrange(mail: str = MAIL, phone: str = "") -> Any:
    return arrange_canary.handler({"url": URL, "mail": mail, "phone": phone}, None)


def probed() -> set[str]:
    groups = (f"every-3-min.phase-{phase}" for phase in range(3))
    names = [name for group in groups for name in shards.names(group)]
    return {check.server_id for name in names for check in shards.checks(name)}


def test_it_is_probed_by_the_ordinary_rounds_and_is_not_among_what_customers_agreed_to() -> None:
    assert arrange(phone="+815012345678") == {"watched": ["_canary.mail", "_canary.phone"]}
    assert probed() == {server_id(route) for route in Route}
    assert revisions.servers_in_force() == []


def test_a_parameter_that_is_taken_back_ends_it() -> None:
    arrange(phone="+815012345678")
    arrange()
    assert probed() == {"_canary.mail"}
    arrange(mail="")
    assert probed() == set()
    assert canaries.watched() == []


def test_it_makes_no_storm(rule_clock: RuleClock) -> None:
    before = rails.failing_servers(rule_clock(), 300)
    for route in Route:
        rails.note_failing_server(server_id(route), rule_clock())
    assert rails.failing_servers(rule_clock(), 300) == before
    rails.note_failing_server("acme.web01", rule_clock())
    assert rails.failing_servers(rule_clock(), 300) == before + 1


def test_it_is_mailed_of_as_any_customer_is() -> None:
    arrange()
    assert [contact.mail for contact in contracts.customer("_canary").contacts] == [MAIL]


def test_its_page_fails_in_its_minutes_and_is_the_only_one(rule_clock: RuleClock) -> None:
    def status(path: str) -> int:
        return int(serve_canary.handler({"rawPath": path}, None)["statusCode"])

    assert (status("/mail"), status("/phone"), status("/")) == (200, 200, 404)
    rule_clock.at = begins_at(rule_clock())
    assert (status("/mail"), status("/phone")) == (503, 200)
