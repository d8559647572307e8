"""What a good hearing sheet becomes."""

from pathlib import Path

import msgspec
import pytest

from contract.sheet import Sheet, parse_sheet, read_sheet
from toban.domain.check import Agent, HttpQuestion, Kind, ProcessQuestion, ResourceQuestion
from toban.domain.contract import Monitor
from toban.domain.plan import Plan
from toban.domain.rails import Rails

ROOT = Path(__file__).parents[2]
ACME = (ROOT / "tests/testdata/sheets/acme.yaml").read_text(encoding="utf-8")
EXAMPLE = ROOT / "docs/examples/hearing-sheet.yaml"


def read(text: str) -> Sheet:
    return parse_sheet(text.encode(), "acme.yaml")


def with_monitors(*lines: str) -> str:
    """Return the sheet with these lines in the place of its monitors."""
    return ACME.partition("      - ssh\n")[0] + "".join(f"      {line}\n" for line in lines)


def monitor(*lines: str) -> Monitor:
    (found,) = read(with_monitors(*lines)).servers[0].monitors
    return found


def phone(typed: str) -> str:
    return read(ACME.replace("03-1234-5678", typed)).customer.contacts[0].phone


@pytest.mark.clause("C-2", "C-4")
def test_the_example_survives_the_way_through_the_store() -> None:
    sheet = read_sheet(EXAMPLE)

    assert msgspec.convert(msgspec.to_builtins(sheet), type=Sheet) == sheet
    assert msgspec.json.decode(msgspec.json.encode(sheet), type=Sheet) == sheet


@pytest.mark.clause("N-2")
def test_contacts_keep_their_order() -> None:
    names = [contact.name for contact in read_sheet(EXAMPLE).customer.contacts]

    assert names == ["山田 太郎", "佐藤 花子"]


@pytest.mark.clause("N-2")
@pytest.mark.parametrize(
    "typed",
    [
        "03-1234-5678",
        "０３－１２３４－５６７８",
        "０３ー１２３４ー５６７８",
        "(03) 1234-5678",
        "0312345678",
        "+81 (0)3 1234 5678",
        "+81-3-1234-5678",
        "+81 03 1234 5678",
        "＋８１３１２３４５６７８",
    ],
)
def test_a_telephone_is_understood_as_people_in_japan_write_it(typed: str) -> None:
    assert phone(f"'{typed}'") == "+81312345678"


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("090-1234-5678", "+819012345678"),
        ("050-3123-4567", "+815031234567"),
        ("0120-123-456", "+81120123456"),
        ("+1 (212) 555-0100", "+12125550100"),
        ("+44 20 7946 0958", "+442079460958"),
    ],
)
def test_mobile_free_and_foreign_telephones_become_e164(typed: str, number: str) -> None:
    assert phone(f"'{typed}'") == number


@pytest.mark.clause("N-10")
def test_a_mail_address_is_judged_by_its_form_alone() -> None:
    sheet = read(ACME.replace("yamada@acme.example", "no-such-person@no-such-host.invalid"))

    assert sheet.customer.contacts[0].mail == "no-such-person@no-such-host.invalid"


def test_full_width_letters_and_digits_count_as_ordinary_ones() -> None:
    sheet = read(
        ACME.replace("id: web01", "id: ｗｅｂ０１").replace("port: 8080", "port: ８０８０")
    )

    assert sheet.servers[0].server_id == "acme.web01"
    assert sheet.servers[0].monitors[1].check.port == 8080


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_files_of_windows_editors_are_read(encoding: str, line_end: str) -> None:
    text = ACME.replace("name: Acme", "name: 株式会社アクメ").replace("\n", line_end)

    sheet = parse_sheet(text.encode(encoding), "acme.yaml")

    assert sheet.customer.name == "株式会社アクメ"


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


def test_a_server_that_is_only_watched_needs_no_way_in() -> None:
    head, _, tail = ACME.partition("    access:\n")
    text = head.replace("respond", "notify") + "    agent:" + tail.partition("    agent:")[2]

    (server,) = read(text).servers

    assert (server.plan, server.access) == (Plan.NOTIFY, None)


def test_a_line_of_known_hosts_pins_the_key_that_it_holds() -> None:
    text = ACME.replace("[ssh-ed25519", "[192.0.2.10 ssh-ed25519").replace("RXbw0B]", "RXbw0B me]")

    access = read(text).servers[0].access

    assert access == read(ACME).servers[0].access


def test_what_is_repeated_with_an_anchor_is_read_as_if_it_were_written() -> None:
    text = ACME.replace("      - ssh\n", "      - &ssh ssh\n")
    text += "  - {id: web02, addresses: [192.0.2.11], plan: notify, monitors: [*ssh]}\n"

    assert read(text).servers[1].monitors[0].monitor_id == "acme.web02.ssh"


def test_the_probers_own_machine_is_watched_only_where_that_is_allowed() -> None:
    text = ACME.replace("192.0.2.10", "127.0.0.1")

    sheet = parse_sheet(text.encode(), "acme.yaml", allow_loopback=True)

    assert sheet.servers[0].addresses == ("127.0.0.1",)


def test_a_customer_without_rails_follows_the_providers() -> None:
    assert read(ACME).customer.rails is None


def test_a_customers_own_rails_keep_the_providers_figures_where_they_say_nothing() -> None:
    text = ACME.replace("  zone: Asia/Tokyo\n", "  zone: Asia/Tokyo\n  rails: {dry_run: はい}\n")

    sheet = parse_sheet(text.encode(), "acme.yaml", rails=Rails(storm_servers=20))

    assert sheet.customer.rails == Rails(storm_servers=20, dry_run=True)
