"""The worked timelines of the specification's detection arithmetic (catalogue, section 6), to the
second. Checks are made at 10:00, 10:03, ...; collecting takes 30 seconds, everything else no time.

All of them happen in one night, each on a server of its own.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import pytest

from infra.local.demo.servers.web import EmbeddedWebServer
from infra.local.system import LocalSystem
from probe import recheck
from respond import collect_diagnostics
from tests.scenarios.conftest import PARAMETERS
from tests.scenarios.host import Host, Hosts, Port, hosts
from tests.scenarios.night import CUSTOMER, TARO, Mailbox
from tests.scenarios.scripted_agent import COMMUNITY, SECRET, ScriptedAgent
from tests.scenarios.standing_night import BEGINS, StandingNight, name_in_first_phase

COLLECTING_S, PING_S = 30.0, 20.0
ENDS = "10:30:00"

OUTAGE = ("10:03:00 http NG 1", "10:04:00 http NG 2", "10:05:00 http NG 3: confirmed")
TOLD = (*OUTAGE, "10:06:00 alert mail")
OVER = ("10:09:00 recovery mail", "10:09:00 closed")


@dataclass(frozen=True)
class Timeline:
    """A web server that fails and works again at certain times, and what is told of it."""

    case: str
    fails: tuple[str, ...]
    works: tuple[str, ...]
    story: tuple[str, ...]
    plan: str = "notify"

    @property
    def server(self) -> str:
        return name_in_first_phase(self.case)


A_WORST = Timeline("worst", ("10:00:01",), ("10:08:00",), (*TOLD, *OVER))
B_BEST = Timeline("best", ("10:02:59",), ("10:08:00",), (*TOLD, *OVER))
C_BLIP = Timeline(
    "blip",
    ("10:02:00",),
    ("10:03:30",),
    ("10:03:00 http NG 1", "10:04:00 http OK again", "10:04:00 http cleared by itself"),
)
D_LATE_BLIP = Timeline(
    "late-blip",
    ("10:02:00",),
    ("10:04:30",),
    (
        "10:03:00 http NG 1",
        "10:04:00 http NG 2",
        "10:05:00 http OK again",
        "10:05:00 http cleared by itself",
    ),
)
E_RECOVER = Timeline("recover", ("10:02:00",), ("10:08:59",), (*TOLD, *OVER))
F_RELAPSE = Timeline(
    "relapse",
    ("10:02:00", "10:11:00"),
    ("10:08:00",),
    (
        *TOLD,
        *OVER,
        "10:12:00 http NG 1",
        "10:13:00 http NG 2",
        "10:14:00 http NG 3: confirmed",
        "10:15:00 alert mail",
    ),
)
G_STILL_DOWN = Timeline("still-down", ("10:02:00",), (), TOLD)
J_RECOVERS_WHILE_COLLECTING = Timeline(
    "collecting",
    ("10:02:00",),
    ("10:05:40",),
    (*TOLD, "10:06:00 recovery mail", "10:06:00 closed"),
    plan="respond",
)
OF_A_WEB_SERVER = (
    pytest.param(A_WORST, id="A worst", marks=pytest.mark.clause("N-4", "N-6")),
    pytest.param(B_BEST, id="B best", marks=pytest.mark.clause("N-4", "N-6")),
    pytest.param(C_BLIP, id="C blip", marks=pytest.mark.clause("N-8")),
    pytest.param(D_LATE_BLIP, id="D late blip", marks=pytest.mark.clause("N-8")),
    pytest.param(E_RECOVER, id="E recover", marks=pytest.mark.clause("N-7")),
    pytest.param(F_RELAPSE, id="F relapse", marks=pytest.mark.clause("N-7")),
    pytest.param(G_STILL_DOWN, id="G still down", marks=pytest.mark.clause("N-7")),
    pytest.param(
        J_RECOVERS_WHILE_COLLECTING,
        id="J recovers while collecting",
        marks=pytest.mark.clause("N-4", "N-7", "P-1"),
    ),
)


class Night(StandingNight):
    """The night of all timelines."""

    mailbox: Mailbox
    hosts: dict[str, Host]


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Night]:
    folder = tmp_path_factory.mktemp("timelines")
    with ExitStack() as stack:
        made = stack.enter_context(hosts(folder))
        system = stack.enter_context(
            LocalSystem(stepped_from=BEGINS, mail=folder / "mails", parameters=PARAMETERS)
        )
        patch = stack.enter_context(pytest.MonkeyPatch.context())
        night = Night(system, folder)
        night.mailbox, night.hosts = Mailbox(folder / "mails"), {}
        patch.setattr(
            collect_diagnostics, "handler", night.slowly(COLLECTING_S, collect_diagnostics.handler)
        )
        for param in OF_A_WEB_SERVER:
            _plan(night, made, *param.values)
        patch.setattr(recheck, "handler", _ping_slowly(night))
        _plan_two_monitors(night, made)
        agent = _plan_resource(night, made)
        with agent:
            night.play(ENDS)
        yield night


def _web(night: Night, made: Hosts, server: str) -> tuple[Host, EmbeddedWebServer]:
    host = night.hosts[server] = made.new(CUSTOMER, server)
    return host, host.web("http")


def _plan(night: Night, made: Hosts, timeline: Any) -> None:
    host, web = _web(night, made, timeline.server)
    night.watch(host, timeline.plan, host.monitor("http"))
    for moment in timeline.fails:
        night.at(moment, web.kill)
    for moment in timeline.works:
        night.at(moment, web.start)


TWO = name_in_first_phase("two")
BUSY = name_in_first_phase("busy")


def _plan_two_monitors(night: Night, made: Hosts) -> None:
    host, web = _web(night, made, TWO)
    alive: Port = host.port()
    ping = {"item": "ping", "id": "ping", "ports": [alive.port]}
    night.watch(host, "notify", host.monitor("http"), ping)
    night.at("10:02:00", web.kill)
    night.at("10:02:00", alive.go_deaf)
    night.at("10:08:00", web.start)
    night.at("10:08:00", alive.start)


def _ping_slowly(night: Night) -> Any:
    """The last check of the ping runs into its timeout, and is confirmed 20 seconds later."""
    quick, slow = recheck.handler, night.slowly(PING_S, recheck.handler)

    def handler(event: dict[str, Any], context: object) -> Any:
        last = event["monitor_id"].endswith(".ping") and event["strikes"] == 2
        return (slow if last else quick)(event, context)

    return handler


def _plan_resource(night: Night, made: Hosts) -> ScriptedAgent:
    host = night.hosts[BUSY] = made.new(CUSTOMER, BUSY)
    agent = ScriptedAgent(host.address, night.system.clock.now)
    night.system.put_secret(SECRET, COMMUNITY)
    night.watch(host, "notify", {"item": "cpu", "threshold": 90}, agent=agent.section())
    agent.be_busy(95)
    night.at("10:05:00", lambda: agent.be_busy(80))
    return agent


@pytest.mark.parametrize("timeline", OF_A_WEB_SERVER)
def test_a_web_server(night: Night, timeline: Timeline) -> None:
    assert night.story(timeline.server) == list(timeline.story)


@pytest.mark.clause("N-7")
def test_f_a_relapse_is_an_incident_of_its_own(night: Night) -> None:
    assert len(night.incidents(F_RELAPSE.server)) == 2


@pytest.mark.clause("N-4", "P-8")
def test_h_two_monitors_within_30_seconds_are_one_incident_the_more_urgent_first(
    night: Night,
) -> None:
    (incident,) = night.incidents(TWO)
    (alert,) = [mail for mail in night.mailbox.mails("alert", TARO) if TWO in mail.subject]

    assert night.story(TWO) == [
        "10:03:00 http NG 1",
        "10:03:00 ping NG 1",
        "10:04:00 http NG 2",
        "10:04:00 ping NG 2",
        "10:05:00 http NG 3: confirmed",
        "10:05:20 ping NG 3: confirmed",
        "10:06:00 alert mail",
        "10:09:00 recovery mail",
        "10:09:00 recovery mail",
        "10:09:00 closed",
    ]
    assert incident.incident_id == f"{CUSTOMER}.{TWO}.20261123T010500Z"
    assert "Host alive" in alert.subject
    assert alert.text.index("Host alive") < alert.text.index("HTTP")


@pytest.mark.clause("N-5", "N-7", "N-9")
def test_i_a_resource_is_told_of_at_the_first_sample_over_its_threshold(night: Night) -> None:
    assert night.story(BUSY) == [
        "10:05:00 alert mail",
        "10:10:00 recovery mail",
        "10:10:00 closed",
    ]


@pytest.mark.clause("P-1")
def test_j_what_recovered_while_collecting_is_not_restarted(night: Night) -> None:
    assert night.hosts[J_RECOVERS_WHILE_COLLECTING.server].changes("http") == []


def test_everybody_has_every_mail_that_is_on_record_once(night: Night) -> None:
    on_record = [line for server in night.hosts for line in night.story(server) if "mail" in line]

    assert len(night.mailbox.mails(to=TARO)) == len(on_record)
