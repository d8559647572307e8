"""A new release finds the work of the one before in the middle, and ends it."""

import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.scenarios.client import Client
from tests.scenarios.host import hosts
from tests.scenarios.release import (
    NETWORK,
    RELEASES,
    SERVERS,
    add_later_fields,
    on_duty,
    port_of,
    put_back,
)
from tests.scenarios.shift import Shift
from tests.template.documents import ROOT

KEPT = sorted(RELEASES.glob("*/journal.sql"))
EVERY_RELEASE = [f"{path.parent.name}{grown}" for path in KEPT for grown in ("", " grown")]


@pytest.fixture(params=EVERY_RELEASE)
def evening(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Client, Shift]]:
    """What a release left behind, or one with more fields than today's would."""
    name, _, grown = request.param.partition(" ")
    moment = put_back(RELEASES / name / "journal.sql", tmp_path / "state")
    if grown:
        add_later_fields(tmp_path / "state")
    with hosts(tmp_path, NETWORK) as servers, on_duty(tmp_path, servers, moment) as (client, shift):
        yield client, shift


@pytest.mark.clause("N-4", "N-7")
def test_what_another_release_has_begun_is_ended_and_every_mail_goes_out_once(
    evening: tuple[Client, Shift],
) -> None:
    client, shift = evening
    services = [port_of(client, name) for name in SERVERS]
    for service in services:
        service.stop()
    client.expect(lambda: len(client.mails("failure_contact")) == 1, "the third was not told of")
    for service in services:
        service.start()
    client.expect_on_record("incident closed", times=3)
    shift.let_pass(minutes=10)

    # two were told of by the release before
    assert Counter(client.kinds()) == {"alert": 1, "failure_contact": 1, "recovery": 3}
    assert set(client.executions("Incident").values()) == {"SUCCEEDED"}
    told = Counter((entry.owner, entry.event) for entry in client.record() if "mail" in entry.event)
    assert set(told.values()) == {1}


def test_what_this_version_leaves_behind_is_kept_for_the_next() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["version"] in {path.parent.name for path in KEPT}
