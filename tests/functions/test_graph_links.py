"""What a link to graphs opens, and what nothing opens (N-9)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import boto3
import pytest

from tests.functions.acme import ALICE, BOB, SERVER, sign
from tests.functions.browsing import ADDRESS, get, give_address, text
from tests.functions.conftest import RuleClock
from toban.domain.contract import Contact, Customer, Server
from toban.domain.link import Link, recipient_of, token_of
from toban.domain.metrics import Layout, Sample
from toban.domain.plan import Plan
from toban.secrets import forget_secrets
from toban.store import contracts, links, samples
from toban.store.tables import MODELS

pytestmark = pytest.mark.clause("N-9")
EVE = Contact("Eve", "eve@globex.example")
OTHER = "globex.db01"


@pytest.fixture
def now(aws: None, rule_clock: RuleClock) -> datetime:
    """Two customers, ACME and Globex; the time is that of the rules."""
    give_address()
    sign()
    contracts.save_customer(Customer("globex", "Globex", (EVE,), "en", "Europe/Berlin"))
    contracts.save_server(Server(OTHER, Plan.NOTIFY, ("192.0.2.20",), ()))
    return rule_clock()


def gone() -> dict[str, Any]:
    return get(f"{ADDRESS}/g/x")


def test_a_link_opens_the_page_of_its_server(now: datetime) -> None:
    url = links.link_to(SERVER, ALICE.mail, now)
    answer = get(url)

    assert url.startswith(f"{ADDRESS}/g/")
    assert answer["statusCode"] == 200
    assert "web01" in text(answer)
    assert "アクメ株式会社" in text(answer)


def test_every_link_is_signed_with_the_key_that_the_first_one_made(now: datetime) -> None:
    first = links.link_to(SERVER, ALICE.mail, now)
    forget_secrets()
    second = links.link_to(SERVER, ALICE.mail, now)

    assert first == second
    assert [len(key) for key in links.keys().values()] == [32]


def test_a_link_ends_after_its_days(
    now: datetime, rule_clock: RuleClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GRAPH_LINK_DAYS", "7")
    url = links.link_to(SERVER, ALICE.mail, now)
    rule_clock.pass_by(7 * 86_400 - 1)
    before = get(url)
    rule_clock.pass_by(1)

    assert before["statusCode"] == 200
    assert get(url) == gone()


@pytest.mark.parametrize("whose", [SERVER, "acme", "provider"])
def test_links_are_revoked_for_a_server_a_customer_or_all(
    whose: str, now: datetime, rule_clock: RuleClock
) -> None:
    old = links.link_to(SERVER, ALICE.mail, now)
    links.revoke(whose, now)
    rule_clock.pass_by(1)
    new = links.link_to(SERVER, ALICE.mail, rule_clock())

    assert get(old) == gone()
    assert get(new)["statusCode"] == 200


def test_one_recipients_links_are_revoked_and_no_others(now: datetime) -> None:
    alices, bobs = (links.link_to(SERVER, each.mail, now) for each in (ALICE, BOB))
    links.revoke(SERVER, now, recipient_of(ALICE.mail))

    assert get(alices) == gone()
    assert get(bobs)["statusCode"] == 200


def test_a_server_whose_links_are_revoked_leaves_other_servers_alone(now: datetime) -> None:
    url = links.link_to(OTHER, EVE.mail, now)
    links.revoke(SERVER, now)
    links.revoke("acme", now)

    assert get(url)["statusCode"] == 200


def test_a_key_is_good_until_the_second_change(now: datetime, rule_clock: RuleClock) -> None:
    url = links.link_to(SERVER, ALICE.mail, now)
    rule_clock.pass_by(60)
    links.change_key(rule_clock())
    once = get(url)
    rule_clock.pass_by(60)
    links.change_key(rule_clock())

    assert once["statusCode"] == 200
    assert get(url) == gone()
    assert get(links.link_to(SERVER, ALICE.mail, rule_clock()))["statusCode"] == 200


def test_who_is_no_contact_any_more_sees_nothing(now: datetime) -> None:
    url = links.link_to(SERVER, BOB.mail, now)
    before = get(url)
    contracts.save_customer(replace(contracts.customer("acme"), contacts=(ALICE,)))

    assert before["statusCode"] == 200
    assert get(url) == gone()


def test_engineers_and_the_operator_may_see_what_the_customer_sees(now: datetime) -> None:
    contracts.save_engineers([Contact("Mei", "mei@msp.example")])

    for mail in ("mei@msp.example", "operator@msp.example"):
        assert get(links.link_to(SERVER, mail, now))["statusCode"] == 200


def test_a_customer_never_sees_another_ones_server(now: datetime) -> None:
    """Neither by a link that was made by mistake, nor by parts of two good ones."""
    mine, theirs = links.link_to(SERVER, ALICE.mail, now), links.link_to(OTHER, EVE.mail, now)
    said, signed = theirs.rpartition(".")[0], mine.rpartition(".")[2]

    assert get(links.link_to(OTHER, ALICE.mail, now)) == gone()
    assert get(f"{said}.{signed}") == gone()
    assert "globex" not in text(get(mine)).lower()


def _expired(now: datetime) -> str:
    return _signed(Link(SERVER, recipient_of(ALICE.mail), now - timedelta(seconds=1)))


def _unknown_server(now: datetime) -> str:
    return _signed(Link("acme.no-such", recipient_of(ALICE.mail), now + timedelta(days=1)))


def _unknown_customer(now: datetime) -> str:
    return _signed(Link("nobody.web01", recipient_of(ALICE.mail), now + timedelta(days=1)))


def _signed(link: Link) -> str:
    key_id, key = next(iter(links.keys().items()))
    return f"{ADDRESS}/g/{token_of(link, key_id, key)}"


def _good(now: datetime) -> str:
    return links.link_to(SERVER, ALICE.mail, now)


BAD: list[Callable[[datetime], str]] = [
    _expired,
    _unknown_server,
    _unknown_customer,
    lambda now: _good(now)[:-1],
    lambda now: _good(now) + "A",
    lambda now: _good(now).replace("/g/", "/h/"),
    lambda now: _good(now).replace("/g/", "/"),
    lambda now: _good(now).replace("/g/", "/g/g/"),
    lambda now: _good(now) + "/",
    lambda now: _good(now) + "?period=century",
    lambda now: _good(now) + "?csv=passwd",
    lambda now: f"{ADDRESS}/",
    lambda now: f"{ADDRESS}/favicon.ico",
    lambda now: f"{ADDRESS}/g/{'A' * 5_000}",
    lambda now: f"{ADDRESS}/g/%00%ff",
]


@pytest.mark.parametrize("bad", BAD)
def test_whatever_is_wrong_the_answer_is_one_and_the_same(
    bad: Callable[[datetime], str], now: datetime
) -> None:
    links.link_to(SERVER, ALICE.mail, now)
    answer = get(bad(now))

    assert answer["statusCode"] == 404
    assert answer == gone()


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
def test_only_reading_is_answered(method: str, now: datetime) -> None:
    assert get(links.link_to(SERVER, ALICE.mail, now), method) == gone()


def test_before_there_was_any_link_no_token_is_good(now: datetime) -> None:
    forged = Link(SERVER, recipient_of(ALICE.mail), now + timedelta(days=1))

    assert get(f"{ADDRESS}/g/{token_of(forged, 'x', b'')}") == gone()
    assert links.keys() == {}


def test_a_mail_scanner_that_follows_the_link_changes_nothing(now: datetime) -> None:
    samples.keep(SERVER, now, Sample(Layout(), {"load.1": 1.0}))
    url = links.link_to(SERVER, ALICE.mail, now)
    before = everything()
    for _ in range(3):
        for period in ("day", "week", "month", "year"):
            get(f"{url}?period={period}")
            get(f"{url}?period={period}", "HEAD")

    assert everything() == before
    assert get(url)["statusCode"] == 200


def everything() -> list[dict[str, Any]]:
    tables = {model.Meta.table_name: model for model in MODELS}.values()
    client = boto3.client("dynamodb")
    stored = [client.scan(TableName=each.Meta.table_name)["Items"] for each in tables]
    parameters = boto3.client("ssm").describe_parameters()["Parameters"]
    return [*(dict(item) for items in stored for item in items), *map(dict, parameters)]


def test_without_an_address_there_is_no_link_and_no_error(aws: None, rule_clock: RuleClock) -> None:
    sign()

    assert links.link_to(SERVER, ALICE.mail, rule_clock()) == ""
