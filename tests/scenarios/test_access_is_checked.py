"""In its quarter of an hour of the day a server is entered, and the operators hear what fails."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from infra.local.demo.servers.ssh import EmbeddedSshServer, generate_key
from infra.local.system import LocalSystem
from tests.loopback import loopback
from tests.scenarios.conftest import PARAMETERS
from tests.scenarios.night import Mailbox
from toban.domain.access import Way, slot_of
from toban.domain.contract import Contact, Customer, Server
from toban.domain.plan import Plan
from toban.domain.revision import Terms
from toban.store import access, revisions

SERVER = "acme.web01"
SHARE = datetime(2026, 11, 24, tzinfo=UTC) + slot_of(SERVER) * timedelta(minutes=15)
BEFORE = SHARE - timedelta(minutes=1)


@pytest.fixture
def system(tmp_path: Path) -> Iterator[LocalSystem]:
    mails = tmp_path / "mail"
    with LocalSystem(stepped_from=BEFORE, mail=mails, parameters=PARAMETERS) as running:
        yield running


@pytest.mark.clause("C-8")
def test_a_key_that_no_longer_fits_is_known_before_an_incident(
    system: LocalSystem, tmp_path: Path
) -> None:
    key, customer = generate_key(), Customer("acme", "Acme", (Contact("A", "a@acme.example"),))
    system.put_secret("/toban/acme/key", generate_key().private)
    with EmbeddedSshServer(loopback(69), [key.public]) as ssh:
        way_in = ssh.access("root", "/toban/acme/key")
        server = Server(SERVER, Plan.RESPOND, (loopback(69),), (), way_in)
        revisions.begin_with(Terms(customer, (server,)), SHARE.date())

        system.wait_until(lambda: False, 180)

        assert ssh.commands == []
    (mail,) = Mailbox(tmp_path / "mail").mails("operator_notice")
    assert "ログイン(SSH): ログイン拒否" in mail.text
    known = access.of_server(SERVER)
    assert known
    login = known.of(Way.SSH)
    assert login
    assert (login.fault, login.since) == ("login_refused", SHARE)
