"""A link to graphs opens one server of one customer, whatever a reader makes of it.

Each test is an attempt, and says what stops it.
"""

from datetime import datetime, timedelta

import pytest

from tests.functions.acme import ALICE, SERVER
from tests.functions.browsing import ADDRESS, get, give_address, text
from tests.functions.conftest import RuleClock
from tests.functions.two_customers import EVE, THEIR_SERVER, sign_both
from toban.domain.contract import Customer
from toban.domain.link import Link, recipient_of, token_of
from toban.store import contracts, links

pytestmark = [pytest.mark.usefixtures("aws"), pytest.mark.clause("N-9")]


@pytest.fixture
def now(rule_clock: RuleClock) -> datetime:
    give_address()
    sign_both()
    return rule_clock()


def _signed(server_id: str, mail: str, now: datetime) -> str:
    """Return a link that is signed as well as ours."""
    links.link_to(SERVER, ALICE.mail, now)
    key_id, key = next(iter(links.keys().items()))
    link = Link(server_id, recipient_of(mail), now + timedelta(days=1))
    return f"{ADDRESS}/g/{token_of(link, key_id, key)}"


@pytest.mark.parametrize(
    ("server_id", "mail"),
    [(SERVER, EVE.mail), ("acme", EVE.mail), (f"{SERVER}.http", ALICE.mail)],
    ids=["stranger", "customer", "monitor"],
)
def test_a_link_that_is_signed_opens_only_what_its_reader_is_a_contact_of(
    server_id: str, mail: str, now: datetime
) -> None:
    answer = get(_signed(server_id, mail, now))

    assert answer == get(f"{ADDRESS}/g/x")
    assert answer["statusCode"] == 404


def test_no_parameter_and_no_path_of_a_good_link_leads_to_another_server(now: datetime) -> None:
    """What is shown is read from the signed id alone."""
    mine = _signed(THEIR_SERVER, EVE.mail, now)
    page = text(get(mine))

    for more in ("?server=acme.web01", "?server_id=acme.web01&period=day", "?customer=acme"):
        assert text(get(mine + more)) == page
    for path in ("/acme.web01", "/../acme.web01", "?csv=acme.web01", "?csv=../acme.web01/cpu"):
        assert get(mine + path)["statusCode"] == 404
    assert "acme" not in page.lower()


def test_who_is_a_contact_of_both_sees_with_each_link_one_of_them(now: datetime) -> None:
    contracts.save_customer(Customer("globex", "Globex", (EVE, ALICE), "en", "Europe/Berlin"))

    page = text(get(_signed(THEIR_SERVER, ALICE.mail, now)))

    assert "Globex" in page
    assert "アクメ" not in page


def test_a_link_that_was_revoked_stays_closed_however_globex_changes(
    now: datetime, rule_clock: RuleClock
) -> None:
    url = links.link_to(SERVER, ALICE.mail, now)
    links.revoke("acme", now)
    rule_clock.pass_by(1)
    links.revoke("globex", rule_clock())
    contracts.save_customer(Customer("globex", "Globex", (ALICE,), "en"))

    assert get(url)["statusCode"] == 404
