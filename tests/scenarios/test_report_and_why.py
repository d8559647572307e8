"""After an incident the customer has a report, and operators an answer to every "why was there
no...".
"""

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from infra.local.telephone.behaviour import acknowledges, silent
from tests.scenarios.client import Client
from tests.scenarios.shift import Shift

ROOT = Path(__file__).parents[2]
ROOTS = (ROOT, ROOT / "functions", ROOT / "layers" / "core")


def toban(shift: Shift, *words: str) -> str:
    """What the command prints, in a shell of its own, over the AWS endpoint."""
    command = [sys.executable, "-m", "infra.local.command", *words]
    own = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    ran = subprocess.run(
        [*command, "--endpoint", shift.system.endpoint.url],
        cwd=ROOT,
        env={**own, "PYTHONPATH": os.pathsep.join(map(str, ROOTS))},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def report_of(shift: Shift, client: Client, form: str = "txt") -> str:
    """The report on the customer's first incident, as any AWS client reads it."""
    (incident,) = client.executions("Incident")
    bucket = shift.system.resource("Storage.EvidenceBucket")
    key = f"incidents/{incident}/report.{form}"
    found = shift.system.client("s3").get_object(Bucket=bucket, Key=key)
    return str(found["Body"].read().decode())


@pytest.mark.clause("P-6", "P-4")
def test_the_report_is_there_within_a_minute_and_tells_everything_on_record(shift: Shift) -> None:
    client = shift.client("reported")
    client.answer(silent(), silent())
    shop = client.host().port()
    client.watch("respond", shop.monitor("shop"))

    shop.stop()
    closed = client.expect_on_record("incident closed")
    written = client.expect_on_record("report written")

    text, page = report_of(shift, client), report_of(shift, client, "html")
    (incident,) = client.executions("Incident")
    told = [
        entry
        for entry in client.record()
        if entry.owner == incident and entry.at <= closed.at and entry.key != "report"
    ]
    timeline = text.partition("3. Timeline")[2].partition("4. Work")[0]
    lines = [line for line in timeline.splitlines() if " JST  " in line]
    assert written.at - closed.at < timedelta(minutes=1)
    assert len(lines) == len(told) + 1
    assert lines[0].endswith("first failure detected")
    assert lines[-1].endswith("Work on the incident ended")
    assert "no answer" in timeline
    assert "Telephone calls ended (nobody was reached)" in timeline
    assert "Mail sent: nobody could be reached by telephone (Second)" in timeline
    assert "not recovered (monitoring paused)" in text
    assert "size: A4" in page
    assert "src=" not in page


@pytest.mark.clause("N-8", "P-4")
def test_operators_are_told_why_there_was_no_mail_no_repair_and_no_call(shift: Shift) -> None:
    client = shift.client("asking")
    client.answer(acknowledges())
    host = client.host()
    shop, quiet = host.port(), host.port()
    client.watch("respond", shop.monitor("shop"), quiet.monitor("quiet", phone="no"))

    shop.stop()
    client.expect_on_record("telephone calls ended")
    shop.start()
    client.expect_on_record("incident closed")

    why_shop = toban(shift, "why", "asking.web01.shop")
    why_quiet = toban(shift, "why", "asking.web01.quiet")
    (incident,) = client.executions("Incident")
    assert "the alert went to 2 addresses (N-4 (6))" in why_shop
    assert "the catalogue has no procedure for this item (P-10)" in why_shop
    assert "1 calls were made; First acknowledged (P-4)" in why_shop
    assert "a recovery mail told of the end (N-4 (7))" in why_shop
    assert "No failure is on record." in why_quiet
    assert incident in toban(shift, "incident", "list")
    shown = toban(shift, "incident", "show", incident)
    assert "Called First" in shown
    assert "Work on the incident ended" in shown


@pytest.mark.clause("N-8")
def test_a_blip_leaves_the_answer_why_nobody_was_told(shift: Shift) -> None:
    client = shift.client("blip")
    shop = client.host().port()
    client.watch("notify", shop.monitor("shop"))

    shop.stop()
    client.expect_on_record("first strike")
    shop.start()
    client.expect_on_record("cleared by itself, nothing sent")

    why = toban(shift, "why", "blip.web01.shop")
    assert "it answered again before the third failure in a row (N-8)" in why
