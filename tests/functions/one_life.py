"""Everything that a contract of ACME leaves behind in the tables, an item of each kind at least."""

import boto3

from contract import plan_maintenance
from tests.functions.agreeing import MORE, ask, in_force_now
from tests.functions.conftest import REGION, RuleClock
from tests.functions.two_customers import incident_of
from tests.unit.acme_sheet import ACME
from toban.domain.access import AccessState
from toban.domain.call import Callees, CallId
from toban.domain.contact_health import ContactHealth
from toban.domain.metrics import Layout, Sample
from toban.domain.rails import Rails
from toban.store import (
    access,
    calls,
    contact_health,
    contracts,
    deferrals,
    incidents,
    links,
    mails,
    rails,
    record,
    repairs,
    samples,
    shards,
    slots,
    states,
    turns,
    work_items,
)
from toban.store.shards import Heartbeat

SERVER, HTTP = "acme.web01", "acme.web01.http"
SECRETS = ("/toban/acme/web01/ssh-key", "/toban/acme/web01/snmp", "/toban/acme/old")
SUNDAYS = {"weekdays": ["sun"], "starts": "02:00", "minutes": 60}


def lived(rule_clock: RuleClock) -> None:
    """Let ACME's contract begin, fail, be repaired and change."""
    in_force_now(ACME)
    for name in SECRETS:
        _secret(name)
    _watched(rule_clock)
    _failed(rule_clock)
    _worked_on(rule_clock)
    contracts.stop_repairs("acme", "Yamada")
    links.revoke("acme", rule_clock())
    contact_health.change("acme", "sato@acme.example", lambda _: ContactHealth(rule_clock()))
    assert ask("apply", MORE)["applied"]


def _secret(name: str) -> None:
    ssm = boto3.client("ssm", region_name=REGION)
    ssm.put_parameter(Name=name, Value="hidden", Type="SecureString")


def _watched(rule_clock: RuleClock) -> None:
    now = rule_clock()
    for group in ("every-3-min.phase-0", "every-3-min.phase-1"):
        shard = f"{group}.shard-000"
        shards.beat(shard, Heartbeat(now, now, 1, 0, 0, blind=False), {SERVER: {}})
    access.keep(AccessState(SERVER, now))
    samples.keep(SERVER, now, Sample(Layout(), {"load.1": 1.0}))
    rule_clock.pass_by(2 * 86_400)
    samples.roll_up(SERVER, rule_clock())
    asked = {"action": "plan", "server_id": SERVER, "requested_by": "Yamada"}
    assert not plan_maintenance.handler({**asked, "recurrence": SUNDAYS}, None)["mistakes"]


def _failed(rule_clock: RuleClock) -> None:
    at = rule_clock()
    name = incident_of(HTTP, at).incident_id
    record.append(name, "gathered", at, "alerts gathered")
    mails.claim(name, f"{name}.alert.0", "alert", "yamada@acme.example", at, "acme")
    calls.open_chain(name, Callees.CONTACTS, [HTTP], "token")
    calls.plan(CallId(name, Callees.CONTACTS, 0, 0), "nonce")
    slots.take(f"{name}.contacts.0.0", 1, at, 60)
    repairs.await_end(name, 1, "token", at)
    work_items.open_for(name, at, "incidents/report.json")
    assert states.close(HTTP, name, at)
    incidents.close(name, at)


def _worked_on(rule_clock: RuleClock) -> None:
    at, name = rule_clock(), f"{SERVER}.20261126T000000Z"
    turns.take(SERVER, name, at, 60)
    turns.queue(SERVER, f"{name}.2", 1, at, "token")
    deferrals.await_end(SERVER, name, "token")
    repairs.claim(SERVER, "nginx", name, at, 60)
    rails.note_run(SERVER, "nginx", name, at)
    rails.note_repaired(SERVER, HTTP, name, at)
    rails.note_failing_server(SERVER, at)
    rails.judge_runbook("rb_unit(nginx)", name, at, Rails(), helped=False)
