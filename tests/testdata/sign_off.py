"""A sheet to sign with everything on it: two ways in, a procedure, gaps, and things to mend."""

from datetime import UTC, date, datetime

from contract.sheet import parse_sheet
from contract.sign_off import sign_off
from toban.catalogue import agent_lines
from toban.domain.acceptance import (
    Acceptance,
    AgentMatch,
    CallState,
    ContactAcceptance,
    ServerAcceptance,
)
from toban.domain.access import NO_PRIVILEGE, Right, Trial, Tried, Way
from toban.domain.contract import Server
from toban.domain.coverage import gaps
from toban.domain.observation import Observation, Reason
from toban.domain.policy import Policy
from toban.text.trust import instructions

AT = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
HOST_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIMa6BVGiRGMaBhU2i+rBYlqXpWo9RfqXJc/Md3RXbw0B"
SHEET = """\
customer: {{id: acme, name: 株式会社アクメ・ホールディングス, locale: {locale}}}
contacts:
  - {{name: 山田 太郎, mail: taro.yamada@operations.acme-holdings.example, phone: 03-1234-5678,
      hours: [平日 9:00-18:00, 土 10:00-12:00]}}
  - {{name: 佐藤 花子, mail: sato@acme.example, phone: 090-1234-5678, hours: 毎日 20:00-8:00}}
servers:
  - id: web01
    addresses: [192.0.2.10, "2001:db8::10"]
    plan: managed
    access: {{user: toban, key: /toban/acme/web01/key, host_keys: ["{key}"]}}
    agent: {{version: 3, secret: /toban/acme/web01/snmp}}
    monitors:
      - ssh
      - http
      - https
      - {{item: url_status, url: "https://www.acme.example/cart/checkout?step=confirmation"}}
      - {{item: cert_expiry, host: www.acme.example}}
      - {{item: proc_custom, process: queue-worker}}
      - {{item: proc_nginx, id: nginx-processes}}
      - disk
      - load
      - zombie
      - {{item: command, id: queue, name: 待ち件数, command: /usr/local/bin/queue-length,
         alert_when: "above 1,000"}}
    commands:
      programs: [/usr/local/bin/queue-length]
      sudo: [/usr/bin/systemctl restart worker.service]
    procedures:
      - name: restart-worker
        monitors: [queue]
        in_place_of: rb_notify
        steps:
          - change: sudo /usr/bin/systemctl restart worker.service
          - {{verify: systemctl is-active worker.service, expect: active}}
  - id: db01
    addresses: [192.0.2.20]
    plan: notify
    access: {{user: toban, certificate: yes, host_keys: ["{key}"]}}
    monitors: [ssh, mysql]
"""


def page(locale: str) -> str:
    """Return the sheet to sign in the language."""
    data = SHEET.format(locale=locale, key=HOST_KEY).encode()
    terms = parse_sheet(data, "acme.yaml").terms
    contacts = (ContactAcceptance("sent", "acknowledged"), _refused())
    servers = tuple(_server(each) for each in terms.servers)
    left = gaps(terms.customer.contacts, terms.servers)
    found = Acceptance("acme", AT, servers, contacts, left)
    return sign_off(found, terms, date(2026, 12, 1), Policy(), ["198.51.100.1", "198.51.100.2"])


def _refused() -> ContactAcceptance:
    return ContactAcceptance("refused", CallState.OUTSIDE_HOURS)


def _server(server: Server) -> ServerAcceptance:
    """The one with an agent has much to be mended, the other nothing."""
    ready = server.agent is None
    seen = [
        Observation(each.monitor_id, Reason.OK if ready or n % 3 else Reason.REFUSED, AT, 12.5)
        for n, each in enumerate(server.monitors)
    ]
    ways = [Tried(Way.SSH)]
    ways += [] if ready else [Tried(Way.SUDO, NO_PRIVILEGE, "systemctl restart nginx.service")]
    return ServerAcceptance(
        server_id=server.server_id,
        sees=True,
        trial=Trial(tuple(ways), () if ready else _rights()),
        agent=None if ready else Observation(f"{server.server_id}.agent", Reason.OK, AT),
        match=None if ready else _match(server),
        observations=tuple(seen),
        login_line=_login_line(ready),
    )


def _login_line(ready: bool) -> str:
    if ready:
        line = f"ecdsa-sha2-nistp256 {'AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTY' * 3} toban"
        return "\n".join(instructions(line, "acme", "toban"))
    return f'restrict,from="198.51.100.1,198.51.100.2" {HOST_KEY} toban'


def _rights() -> tuple[Right, ...]:
    return tuple(
        Right(
            f"systemctl {verb} nginx.service", False, (f"/usr/bin/systemctl {verb} nginx.service",)
        )
        for verb in ("start", "restart", "reload")
    )


def _match(server: Server) -> AgentMatch:
    (zombie,) = [agent_lines.extend_line(each) for each in agent_lines.extended(server.monitors)]
    return AgentMatch(("proc queue-worker", zombie), ("load 0 0 0",), ())
