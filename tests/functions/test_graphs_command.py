"""Links to graphs, as `toban graphs` makes and revokes them."""

import boto3
import pytest

from infra.local import command
from tests.functions.acme import ALICE, BOB, SERVER, sign
from tests.functions.browsing import get, give_address
from tests.functions.conftest import RuleClock
from toban.store import links, shards

pytestmark = [pytest.mark.usefixtures("aws", "rule_clock"), pytest.mark.clause("N-9")]


@pytest.fixture(autouse=True)
def contract(monkeypatch: pytest.MonkeyPatch, aws: None) -> None:
    """ACME's contract, and commands that ask the account of this process."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", "")
    sign()


def toban(*words: str) -> int:
    return command.main(["graphs", *words, "--endpoint", "aws"])


def test_a_link_is_made_that_opens_the_page(capsys: pytest.CaptureFixture[str]) -> None:
    give_address()

    assert toban("link", SERVER, ALICE.mail) == 0
    told = capsys.readouterr()
    assert told.err == ""
    assert get(told.out.strip())["statusCode"] == 200


def test_a_link_for_somebody_whom_the_contract_does_not_know_is_made_with_a_warning(
    capsys: pytest.CaptureFixture[str],
) -> None:
    give_address()

    assert toban("link", SERVER, "nobody@acme.example") == 0
    told = capsys.readouterr()
    assert told.err.startswith("nobody@acme.example is no contact of acme")
    assert get(told.out.strip())["statusCode"] == 404


def test_links_of_one_reader_are_revoked(
    rule_clock: RuleClock, capsys: pytest.CaptureFixture[str]
) -> None:
    give_address()
    alices, bobs = (links.link_to(SERVER, each.mail, rule_clock()) for each in (ALICE, BOB))

    assert toban("revoke", "acme", "--mail", ALICE.mail) == 0
    assert [get(each)["statusCode"] for each in (alices, bobs)] == [404, 200]
    assert ALICE.mail in capsys.readouterr().out


def test_links_of_all_customers_are_revoked_also_those_made_since_the_last_check(
    rule_clock: RuleClock,
) -> None:
    give_address()
    at = rule_clock()
    shards.beat("every-5-min.phase-0.0", shards.Heartbeat(at, at, 1, 0, 0, blind=False), None)
    rule_clock.pass_by(150)
    old = links.link_to(SERVER, ALICE.mail, rule_clock())

    assert toban("revoke") == 0
    rule_clock.pass_by(1)
    new = links.link_to(SERVER, ALICE.mail, rule_clock())
    assert [get(each)["statusCode"] for each in (old, new)] == [404, 200]


def test_links_are_revoked_for_as_long_as_the_stack_lets_them_live(
    rule_clock: RuleClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    give_address()
    boto3.client("ssm").put_parameter(
        Name="/toban/graph.links/toban/days", Value="365", Type="String"
    )
    with monkeypatch.context() as function:
        function.setenv("GRAPH_LINK_DAYS", "365")
        in_a_mail = links.link_to(SERVER, ALICE.mail, rule_clock())

    assert toban("revoke", SERVER) == 0
    assert get(in_a_mail)["statusCode"] == 404


def test_the_key_is_changed(rule_clock: RuleClock) -> None:
    give_address()
    links.link_to(SERVER, ALICE.mail, rule_clock())
    [first] = links.keys()
    rule_clock.pass_by(60)

    assert toban("change-key") == 0
    assert [*links.keys()][1:] == [first]


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("link", "acme.web02", ALICE.mail), 'There is no server "acme.web02"'),
        (("revoke", "acme.web02"), 'There is no server "acme.web02"'),
        (("revoke", "acmee"), 'There is no contract with "acmee"'),
        (("link", SERVER, ALICE.mail), "No link can be made"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_sentence(
    words: tuple[str, ...], complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert toban(*words) == 2
    assert capsys.readouterr().err.startswith(complaint)
