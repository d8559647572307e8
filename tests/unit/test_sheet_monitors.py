"""What the monitors of a good hearing sheet become."""

import pytest

from tests.unit.acme_sheet import monitor, read, with_monitors
from toban.domain.check import (
    Agent,
    AliveQuestion,
    HttpQuestion,
    Kind,
    ProcessQuestion,
    ResourceQuestion,
)


@pytest.mark.clause("N-3")
def test_an_item_alone_takes_everything_from_the_menu() -> None:
    http = monitor("- http")

    assert (http.monitor_id, http.priority, http.runbook, http.unit) == (
        "acme.web01.http",
        70,
        "rb_unit",
        "web",
    )
    assert http.check.http == HttpQuestion(method="HEAD", any_status=True, verify_certificate=False)
    assert (http.check.address, http.check.port) == ("192.0.2.10", 80)


def test_the_sheet_overrides_priority_port_unit_and_service() -> None:
    http = monitor(
        "- item: http",
        "  id: shop",
        "  port: 8080",
        "  priority: 15",
        "  unit: nginx",
        "  service: nginx-shop.service",
    )

    assert http.monitor_id == "acme.web01.shop"
    assert (http.check.port, http.priority, http.unit) == (8080, 15, "nginx")
    assert http.service == "nginx-shop"


def test_an_own_port_is_repaired_only_where_its_service_is_named() -> None:
    alone = monitor("- item: tcp", "  port: 8443")
    named = monitor("- item: tcp", "  port: 8443", "  service: acme-api")

    assert (alone.runbook, alone.unit) == ("", "")
    assert (named.runbook, named.unit, named.service) == ("rb_unit", "custom", "acme-api")


def test_a_url_becomes_the_parts_of_a_request_to_the_servers_own_address() -> None:
    url = monitor("- item: url_status", "  url: https://www.acme.example:8443/カート?id=1")

    assert (url.check.address, url.check.port) == ("192.0.2.10", 8443)
    assert url.check.http == HttpQuestion(
        tls=True,
        host="www.acme.example",
        path="/%E3%82%AB%E3%83%BC%E3%83%88?id=1",
        redirects=3,
    )


def test_the_name_of_a_url_monitor_cannot_bring_lines_or_tokens_into_a_mail() -> None:
    url = monitor("- item: url_status", "  url: https://www.acme.example/a%0D%0ABcc?token=hunter2")

    assert url.name("en") == "URL status www.acme.example/a??Bcc"


def test_an_own_process_is_looked_for_by_plain_text_not_by_a_pattern() -> None:
    worker = monitor(
        "- item: proc_custom", "  process: python3", "  arguments: (a+)+$", "  maximum: 8"
    )

    assert worker.check.process == ProcessQuestion("python3", r"\(a\+\)\+\$", 1, 8)


@pytest.mark.parametrize(
    ("typed", "speed"), [("100M", 1e8), ("1Gbps", 1e9), ("2.5g", 2.5e9), ("link", 0.0)]
)
def test_a_speed_is_understood_with_its_prefix(typed: str, speed: float) -> None:
    traffic = monitor("- item: traffic", "  interface: eth0", f"  capacity: {typed}")

    assert traffic.check.resource is not None
    assert traffic.check.resource.capacity == speed


def test_a_disk_is_watched_at_its_mount_point_and_named_by_it() -> None:
    disk = monitor("- item: disk", "  mount: /var", "  threshold: 85%")

    assert disk.check.resource is not None
    assert disk.check.resource.threshold == 85.0
    assert disk.name("ja") == "ディスク使用率 /var"


def test_resources_and_processes_are_asked_of_the_servers_agent() -> None:
    cpu, nginx = read(with_monitors("- cpu", "- proc_nginx")).servers[0].monitors

    agent = Agent("192.0.2.10", 161, "2c", "/toban/acme/web01/snmp")
    assert cpu.check.agent == nginx.check.agent == agent
    assert (cpu.check.kind, nginx.check.kind) == (Kind.RESOURCE, Kind.PROCESS)
    assert isinstance(cpu.check.resource, ResourceQuestion)


@pytest.mark.clause("P-4")
def test_whether_people_are_called_is_the_menus_unless_the_sheet_says_it() -> None:
    assert monitor("- http").phone
    assert not monitor("- item: http", "  phone: no").phone
    assert not monitor("- cpu").phone
    assert monitor("- item: cpu", "  phone: はい").phone


@pytest.mark.clause("P-4")
def test_a_disk_calls_people_from_95_percent_unless_the_sheet_asks_for_every_call() -> None:
    assert (monitor("- disk").phone, monitor("- disk").phone_from) == (True, 95)
    assert monitor("- item: disk", "  phone: yes").phone_from is None


def test_a_repair_is_undone_only_where_the_sheet_asks_for_it() -> None:
    assert not monitor("- http").roll_back
    assert monitor("- item: http", "  roll_back: yes").roll_back


def ports_of_ping(*lines: str) -> tuple[int, ...]:
    (ping, *_) = read(with_monitors(*lines)).servers[0].monitors
    assert ping.check.alive is not None
    return ping.check.alive.ports


@pytest.mark.clause("N-3")
def test_a_host_is_alive_where_anything_answers_that_its_monitors_or_everybody_asks() -> None:
    assert ports_of_ping("- ping") == (22, 80, 443)
    assert ports_of_ping("- ping", "- {item: tcp, port: 8443}", "- http", "- cpu") == (
        8443,
        80,
        22,
        443,
    )


def test_ports_of_other_addresses_prove_nothing() -> None:
    text = with_monitors("- ping", "- {item: tcp, port: 8443, address: 192.0.2.11}")

    (ping, _) = read(text.replace("[192.0.2.10]", "[192.0.2.10, 192.0.2.11]")).servers[0].monitors

    assert ping.check.alive == AliveQuestion((22, 80, 443))


def test_the_ports_of_the_sheet_stand_alone() -> None:
    assert ports_of_ping("- {item: ping, ports: [2222]}", "- http") == (2222,)


def test_many_own_ports_leave_room_for_those_that_everybody_has() -> None:
    own = [f"- {{item: tcp, id: t{port}, port: {port}}}" for port in range(9001, 9021)]

    ports = ports_of_ping("- ping", *own)

    assert ports == (9001, 9002, 9003, 9004, 22, 80, 443, 9005)


@pytest.mark.clause("P-8")
def test_monitors_know_on_their_server_whose_alert_speaks_for_them() -> None:
    text = with_monitors("- ping", "- agent", "- cpu", "- {item: http, id: web}")

    found = {each.monitor_id: each.parents for each in read(text).servers[0].monitors}

    assert found == {
        "acme.web01.ping": (),
        "acme.web01.agent": ("acme.web01.ping",),
        "acme.web01.cpu": ("acme.web01.ping", "acme.web01.agent"),
        "acme.web01.web": ("acme.web01.ping",),
    }


def test_a_monitor_with_an_id_of_its_own_is_told_from_others_of_the_item() -> None:
    watched = with_monitors(
        "- http", "- {item: http, id: orders, port: 8080}", "- {item: disk, id: data, mount: /data}"
    )

    names = [monitor.name_en for monitor in read(watched).servers[0].monitors]

    assert names == ["HTTP", "HTTP orders", "Disk utilisation /data"]
