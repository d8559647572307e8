"""A server whose ways in are tried day by day, and what Lambda would carry out."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest

from escalate import tell_operator
from infra.local.demo.servers.ssh import real_sshd
from probe import ask_agent
from respond import check_access
from tests.functions.acme import ALICE
from tests.functions.conftest import RuleClock
from tests.functions.mailing import PostOffice
from tests.integration.respond_site.site import KEY, SERVER, Site
from tests.loopback import loopback
from toban.domain.access import slot_of
from toban.domain.contract import Customer
from toban.domain.revision import Terms
from toban.store import revisions
from toban.store.documents import to_document

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
    made = Site(tmp_path / "site", loopback(67), real=bool(real_sshd()))
    boto3.client("ssm").put_parameter(Name="/toban/acme/key", Value=KEY.private, Type="String")
    agree(made)
    yield made
    made.close()


@pytest.fixture
def other_user(tmp_path: Path, aws: None) -> Iterator[Site]:
    """A server that is entered by a user with sudo."""
    made = Site(tmp_path / "site", loopback(67), real=False)
    made.say("sudo", "#!/bin/sh\nexit 0\n")
    boto3.client("ssm").put_parameter(Name="/toban/acme/key", Value=KEY.private, Type="String")
    agree(made, user="toban")
    yield made
    made.close()


def agree(site: Site, user: str = "root", **changed: Any) -> None:
    customer = Customer("acme", "ACME", (ALICE,))
    server = replace(site.server(user), **changed)
    revisions.begin_with(Terms(customer, (server,)), MIDNIGHT.date())
