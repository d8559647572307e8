"""Tables are lost in the middle of an incident, and docs/operations/restore.md brings them back."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from infra.local.telephone.behaviour import acknowledges
from tests.scenarios.aws_cli import Shell, blocks, shell
from tests.scenarios.client import Client
from tests.scenarios.host import Port
from tests.scenarios.shift import Shift
from tests.template.documents import ROOT, read, resources
from toban.domain.metrics import Layout, Sample
from toban.domain.series import Period
from toban.store import samples

PAGE = blocks(ROOT / "docs" / "operations" / "restore.md")
TABLES = {
    each["TableName"]["Fn::Sub"].removeprefix("${Name}-"): each
    for each in resources(read("infra/storage.yaml"), "AWS::DynamoDB::Table").values()
}
AS_THE_STACK_MAKES_THEM = {
    table: (True, each.get("TimeToLiveSpecification", {}).get("AttributeName", ""), "ENABLED")
    for table, each in TABLES.items()
}


class Drill:
    """An operator with the page, and a customer whose service has failed."""

    def __init__(self, shift: Shift, run: Shell, customer_id: str) -> None:
        self._shift, self._run = shift, run
        self.client: Client = shift.client(customer_id)
        self.client.answer(acknowledges())
        self.service: Port = self.client.host().port()
        self.client.watch("respond", self.service.monitor("shop"))
        self._server_id = f"{customer_id}.web01"
        samples.keep(self._server_id, shift.system.clock.now(), Sample(Layout(), {"load.1": 4.0}))
        self.service.stop()
        self.client.expect_on_record("telephone calls ended")

    def follow(self, *headings: str, **settings: str) -> None:
        """Do what the page says under the headings."""
        (first,) = PAGE["Backup and restore"]
        for heading in headings:
            for commands in PAGE[heading]:
                self._run(first + commands, STACK="toban", **settings)

    def items(self) -> dict[str, list[Any]]:
        """Return all that stands in the tables."""
        scans = {
            table: self._shift.system.client("dynamodb").scan(TableName=f"toban-{table}")["Items"]
            for table in TABLES
        }
        return {table: sorted(found, key=str) for table, found in scans.items()}

    def lose_the_tables(self) -> None:
        """Do what nobody should be able to do."""
        dynamodb = self._shift.system.client("dynamodb")
        for table in TABLES:
            dynamodb.update_table(TableName=f"toban-{table}", DeletionProtectionEnabled=False)
            dynamodb.delete_table(TableName=f"toban-{table}")

    def settings(self) -> dict[str, tuple[bool, str, str]]:
        """Return of each table: protected, its time to live, its point-in-time recovery."""
        dynamodb = self._shift.system.client("dynamodb")
        found = {}
        for table in TABLES:
            name = {"TableName": f"toban-{table}"}
            ttl = dynamodb.describe_time_to_live(**name)["TimeToLiveDescription"]
            kept = dynamodb.describe_continuous_backups(**name)["ContinuousBackupsDescription"]
            found[table] = (
                dynamodb.describe_table(**name)["Table"]["DeletionProtectionEnabled"],
                ttl.get("AttributeName", ""),
                kept["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"],
            )
        return found

    def ends(self) -> None:
        """The service comes back: the incident ends, and each of its mails was sent once."""
        graph = samples.series(self._server_id, Period.DAY, self._shift.system.clock.now())
        assert 4.0 in graph["load.1"].averages
        self.service.start()
        self.client.expect_on_record("incident closed")
        assert self.client.kinds() == ["alert", "failure_contact", "recovery"]
        assert self.client.called() == ["first"]

    def finds_the_next_failure(self) -> None:
        """What was agreed is in force."""
        self._shift.let_pass(minutes=10)
        self.service.stop()
        self.client.expect(lambda: len(self.client.mails("failure_contact")) == 2, "not found")
        self.service.start()
        self.client.expect_on_record("incident closed", times=2)
        once_each = {"alert": 2, "failure_contact": 2, "recovery": 2}
        assert Counter(self.client.kinds()) == once_each


@pytest.fixture(scope="module")
def run(shift: Shift) -> Iterator[Shell]:
    with shell(shift.system.client) as run:
        yield run


@pytest.mark.clause("N-4", "N-7")
def test_tables_that_are_gone_come_back_and_the_open_incident_ends_as_if_nothing_had_been(
    shift: Shift, run: Shell
) -> None:
    drill = Drill(shift, run, "gone")
    drill.follow("Before something risky", "Hold the rounds")
    before = drill.items()

    drill.lose_the_tables()
    drill.follow("A table is gone", "Settings of the new tables", "Let the rounds go on")

    assert drill.items() == before
    assert drill.settings() == AS_THE_STACK_MAKES_THEM
    assert all(before.values())
    drill.ends()
    drill.finds_the_next_failure()


@pytest.mark.clause("N-4", "N-7")
def test_tables_go_back_to_a_moment_under_their_own_names(shift: Shift, run: Shell) -> None:
    drill = Drill(shift, run, "wrong")
    before = drill.items()

    drill.follow("Hold the rounds")
    drill.follow("What is in the tables is wrong", MOMENT="2026-11-24T17:30:00Z")
    drill.follow("Settings of the new tables", "Let the rounds go on")

    assert drill.items() == before
    assert drill.settings() == AS_THE_STACK_MAKES_THEM
    drill.ends()


def test_evidence_that_was_deleted_comes_back(shift: Shift, run: Shell) -> None:
    s3, bucket = shift.system.client("s3"), shift.system.resource("Storage.EvidenceBucket")
    # what the template asks for, and the local CloudFormation does not do
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    s3.put_object(Bucket=bucket, Key="incidents/one/diagnostics.txt", Body=b"load 99")
    s3.delete_object(Bucket=bucket, Key="incidents/one/diagnostics.txt")

    (commands,) = PAGE["Evidence that was deleted"]
    run(commands, BUCKET=bucket, PREFIX="incidents/one/")

    body = s3.get_object(Bucket=bucket, Key="incidents/one/diagnostics.txt")["Body"].read()
    assert body == b"load 99"
