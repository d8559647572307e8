"""Signed links: only what was signed is good, until its end."""

import random
from base64 import urlsafe_b64encode
from datetime import UTC, datetime, timedelta

import pytest

from toban.domain.link import Link, link_of, recipient_of, token_of

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
KEYS = {"k1": b"a" * 32, "k2": b"b" * 32}
LINK = Link("acme.web01", recipient_of("Taro@acme.example"), NOW + timedelta(days=30))
TOKEN = token_of(LINK, "k1", KEYS["k1"])
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


@pytest.mark.clause("N-9")
def test_a_link_says_who_may_see_which_server() -> None:
    assert link_of(TOKEN, KEYS, NOW) == LINK
    assert LINK.customer_id == "acme"


def test_a_link_holds_no_mail_address() -> None:
    assert "acme.example" not in str(LINK)
    assert LINK.recipient == recipient_of(" taro@ACME.example ")


def test_a_link_ends_at_its_end() -> None:
    assert link_of(TOKEN, KEYS, LINK.ends_at - timedelta(seconds=1)) == LINK
    assert link_of(TOKEN, KEYS, LINK.ends_at) is None


def test_a_link_of_an_older_key_holds_while_that_key_is_kept() -> None:
    token = token_of(LINK, "k2", KEYS["k2"])

    assert link_of(token, KEYS, NOW) == LINK
    assert link_of(token, {"k1": KEYS["k1"]}, NOW) is None


def test_a_signature_under_another_key_id_is_no_good() -> None:
    assert link_of(token_of(LINK, "k1", KEYS["k2"]), KEYS, NOW) is None
    assert link_of(token_of(LINK, "", b""), {**KEYS, "": b""}, NOW) is None


def test_the_signature_of_one_server_opens_no_other() -> None:
    other = token_of(Link("beta.web01", LINK.recipient, LINK.ends_at), "k1", KEYS["k1"])
    swapped = f"{other.partition('.')[0]}.{TOKEN.partition('.')[2]}"

    assert link_of(swapped, KEYS, NOW) is None


def test_no_change_of_a_letter_goes_unseen() -> None:
    for place, letter in enumerate(TOKEN):
        for other in LETTERS:
            if other != letter:
                assert link_of(TOKEN[:place] + other + TOKEN[place + 1 :], KEYS, NOW) is None


@pytest.mark.parametrize(
    "token",
    ["", ".", "a.b", TOKEN + "=", TOKEN.partition(".")[0], "é" * 50, "A" * 500, "\0", "%00"],
)
def test_what_is_malformed_is_no_good(token: str) -> None:
    assert link_of(token, KEYS, NOW) is None


def test_ten_thousand_forged_tokens_open_nothing() -> None:
    chance = random.Random(20261123)  # noqa: S311 - the same forgeries each time
    for _ in range(10_000):
        end = int((NOW + timedelta(days=chance.randint(-5, 400))).timestamp())
        key_id = chance.choice(["k1", "k2", "k3", ""])
        said = f"1|{key_id}|{chance.choice(['acme', 'beta'])}.web0{chance.randint(1, 9)}|{end}|x"
        signature = "".join(chance.choices(LETTERS, k=43))
        payload = urlsafe_b64encode(said.encode()).rstrip(b"=").decode()
        assert link_of(f"{payload}.{signature}", KEYS, NOW) is None
