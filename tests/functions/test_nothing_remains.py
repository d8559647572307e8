"""What is kept of a customer whose contract has ended, for how long, and that nothing else is: the
terms of docs/operations/data.md (C-7).
"""

import json
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from pynamodb.models import Model

from contract import apply_due_changes
from tests.functions.agreeing import TUESDAY_IN_TOKYO, ask, watched
from tests.functions.conftest import REGION, RuleClock
from tests.functions.one_life import SECRETS, lived
from tests.template.documents import read, resources
from tests.testdata.sign_off import page
from tests.unit.acme_sheet import ACME
from toban.domain.check import Check, Kind
from toban.domain.rollup import HALF_HOUR_DAYS, RAW_DAYS
from toban.settings import stack
from toban.store import shards
from toban.store import tables as known

WITH_THE_CONTRACT: dict[type[Model], set[str]] = {
    known.ContractItem: {"customer", "server", "repairs-stopped"},
    known.StandingItem: {"standing"},
    known.RevisionItem: {"#revisions"},
    known.InForceItem: {"#in-force"},
    known.ContactHealthItem: {"contact"},
    known.ContactsRevisionItem: {"contacts-changed"},
    known.ChecksItem: {"checks"},
    known.MonitorStateItem: {"monitor"},
    known.AccessItem: {"access"},
    known.WindowItem: {"window"},
    known.TurnItem: {"turn"},
    known.WaiterItem: {"waiter"},
    known.DeferralItem: {"deferral"},
    known.ArmingItem: {"runbook"},
    known.MaintenanceRuleItem: {"maintenance-rule"},
    known.RunItem: {"run"},
    known.RestartItem: {"restart"},
    known.RepairedItem: {"repaired"},
    known.RepairItem: {"repair"},
    known.MaintenanceItem: {"maintenance"},
    known.RevokedLinksItem: {"revoked-links"},
}
"""Every kind of item that is deleted with the contract, or earlier."""
DAYS_OR_MINUTES: dict[type[Model], set[str]] = {
    known.HeartbeatItem: {"heartbeat"},
    known.SlotItem: {"slot"},
}
EVIDENCE_DAYS: dict[type[Model], set[str]] = {
    known.FailingServerItem: {"failing"},
    known.IncidentItem: {"incident"},
    known.ServerIncidentItem: {"incident"},
    known.RepairWorkItem: {"repair"},
    known.AlertItem: {"alert"},
    known.ChainItem: {"chain"},
    known.CallItem: {"call"},
    known.MailItem: {"mail"},
    known.WorkItem: {"work-item"},
    known.EventItem: {"event"},
}
SAMPLES: dict[type[Model], set[str]] = {
    known.SampleHourItem: {"5min"},
    known.RollUpItem: {"30min", "1day"},
}
NO_CUSTOMERS: set[type[Model]] = {known.ShardListItem, known.LapseItem}
"""Names of shards, and the lapses of their rounds until they have been told to be over."""

WORDS = ("acme", "yamada", "sato", "192.0.2.10", "+819012345678")
DAY = timedelta(days=1)


def test_every_kind_of_item_has_a_stated_term() -> None:
    groups = (WITH_THE_CONTRACT, DAYS_OR_MINUTES, EVIDENCE_DAYS, SAMPLES)
    listed = [model for group in groups for model in group]

    assert {*listed, *NO_CUSTOMERS} == set(known.MODELS)


def kinds(*groups: dict[type[Model], set[str]]) -> set[str]:
    return {kind for group in groups for found in group.values() for kind in found}


def stored() -> set[str]:
    """Return the kinds of all items that tell of ACME."""
    found = set()
    for table in tables():
        for item in table.scan()["Items"]:
            owner, name = (str(item[key["AttributeName"]]) for key in table.key_schema)
            if any(word in told(item) for word in WORDS):
                found.add(owner if owner.startswith("#") else name.partition("#")[0])
    return found


def told(item: Any) -> str:
    return json.dumps(item, default=_text, ensure_ascii=False).lower()


def _text(value: Any) -> str:
    octets = getattr(value, "value", None)
    if octets is None:
        return str(value)
    try:
        return zlib.decompress(octets).decode()
    except zlib.error:
        return repr(octets)


def tables() -> Iterator[Any]:
    dynamodb = boto3.resource("dynamodb", region_name=REGION)
    return iter(dynamodb.tables.all())


def end_what_expires(now: datetime) -> None:
    """Do what DynamoDB does within days: delete by the attribute that the template names."""
    attributes = ends_by()
    for table in tables():
        names = [key["AttributeName"] for key in table.key_schema]
        for item in table.scan()["Items"]:
            ends = item.get(attributes.get(table.name, ""))
            if ends is not None and float(ends) < now.timestamp():
                table.delete_item(Key={name: item[name] for name in names})


def ends_by() -> dict[str, str]:
    """Return the attribute by which each table deletes; the table of contracts has none."""
    made = resources(read("infra/storage.yaml"), "AWS::DynamoDB::Table").values()
    return {
        each["TableName"]["Fn::Sub"].replace("${Name}", stack()): each["TimeToLiveSpecification"][
            "AttributeName"
        ]
        for each in made
        if "TimeToLiveSpecification" in each
    }


def parameters() -> set[str]:
    found = boto3.client("ssm", region_name=REGION).describe_parameters()["Parameters"]
    return {each["Name"] for each in found}


def pass_until(rule_clock: RuleClock, moment: datetime) -> None:
    rule_clock.at = moment
    apply_due_changes.handler({}, None)
    end_what_expires(moment)


@pytest.fixture
def _ended(machines: None, rule_clock: RuleClock, monkeypatch: pytest.MonkeyPatch) -> None:
    """ACME's contract has ended with the year."""
    monkeypatch.setenv("CONTRACT_DAYS", "90")
    rule_clock.at = TUESDAY_IN_TOKYO
    lived(rule_clock)
    everything = kinds(WITH_THE_CONTRACT, DAYS_OR_MINUTES, EVIDENCE_DAYS, SAMPLES)
    assert stored() == everything
    ask("apply", end_of="acme")
    pass_until(rule_clock, datetime(2027, 1, 1, tzinfo=UTC))


@pytest.mark.clause("C-7")
@pytest.mark.usefixtures("_ended")
def test_of_an_ended_contract_only_what_is_stated_is_kept_and_only_so_long(
    rule_clock: RuleClock,
) -> None:
    boto3.client("ssm", region_name=REGION).put_parameter(
        Name="/toban/acme-2/web01/snmp", Value="another's", Type="SecureString"
    )
    end = rule_clock()

    pass_until(rule_clock, end + 90 * DAY)
    assert stored() >= kinds(EVIDENCE_DAYS) | {"customer", "server", "contact", "access"}
    assert parameters() >= {*SECRETS}

    pass_until(rule_clock, end + 91 * DAY)
    assert stored() == {"#forgotten", "30min", "1day"} | kinds(EVIDENCE_DAYS)
    assert parameters() == {"/toban/acme-2/web01/snmp"}

    pass_until(rule_clock, end + 402 * DAY)
    assert stored() == {"#forgotten", "1day"}

    pass_until(rule_clock, end + 5 * 366 * DAY)
    assert stored() == {"#forgotten"}


@pytest.mark.clause("C-7")
def test_the_sheet_to_sign_says_what_is_kept_and_for_how_long(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("CONTRACT_DAYS", "30")
    monkeypatch.setenv("EVIDENCE_DAYS", "200")

    assert "終了の30日後に削除します" in page("ja")
    assert "reports are kept for 200 days" in page("en")
    assert f"{RAW_DAYS} days, as half-hourly values for {HALF_HOUR_DAYS} days" in page("en")


@pytest.mark.clause("C-7")
@pytest.mark.usefixtures("_ended")
def test_who_has_agreed_to_come_back_is_not_forgotten_meanwhile(rule_clock: RuleClock) -> None:
    pass_until(rule_clock, datetime(2027, 3, 20, tzinfo=UTC))
    assert ask("apply", f"start: 2027-05-10\n{ACME}")["applied"]

    pass_until(rule_clock, datetime(2027, 5, 1, tzinfo=UTC))
    assert {"customer", "server"} <= stored()
    pass_until(rule_clock, datetime(2027, 5, 10, tzinfo=UTC))
    assert watched() == {"ssh", "http", "disk"}


@pytest.mark.clause("C-7")
@pytest.mark.usefixtures("aws")
def test_a_shard_that_is_no_more_asks_nothing_and_knows_no_address() -> None:
    group = "every-3-min.phase-0"
    check = Check("acme.web01.ssh", Kind.TCP, "192.0.2.10", 22)
    shards.save({f"{group}.shard-000": [], f"{group}.shard-001": [check]})

    shards.save({f"{group}.shard-000": []})

    assert shards.names(group) == [f"{group}.shard-000"]
    assert shards.checks(f"{group}.shard-001") == ()
