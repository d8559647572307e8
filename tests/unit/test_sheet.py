"""What a good hearing sheet becomes."""

import base64
import re

import msgspec
import pytest

from contract.sheet import Sheet, SheetError, parse_sheet, read_sheet
from tests.unit.acme_sheet import ACME, ROOT, read
from toban.domain.plan import Plan
from toban.domain.rails import Rails

EXAMPLE = ROOT / "docs/examples/hearing-sheet.yaml"


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
        "０３−１２３４−５６７８",  # the minus sign of macOS
        "03ー1234ー5678",
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


def test_the_hyphen_of_any_keyboard_is_one() -> None:
    typed = ACME.replace("id: web01", "id: web\N{MINUS SIGN}01").replace(
        "name: Sato", "name: Sato\n    hours: 平日 9:00\N{MINUS SIGN}18:00"
    )

    sheet = read(f"start: 2026\N{MINUS SIGN}12\N{MINUS SIGN}01\n{typed}")

    assert sheet.servers[0].server_id == "acme.web-01"
    assert str(sheet.start) == "2026-12-01"
    assert str(sheet.customer.contacts[1].hours[0]) == "mon/tue/wed/thu/fri 09:00-18:00"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_files_of_windows_editors_are_read(encoding: str, line_end: str) -> None:
    text = ACME.replace("name: Acme", "name: 株式会社アクメ").replace("\n", line_end)

    sheet = parse_sheet(text.encode(encoding), "acme.yaml")

    assert sheet.customer.name == "株式会社アクメ"


def test_a_server_that_is_only_watched_needs_no_way_in() -> None:
    head, _, tail = ACME.partition("    access:\n")
    text = head.replace("respond", "notify") + "    agent:" + tail.partition("    agent:")[2]

    (server,) = read(text).servers

    assert (server.plan, server.access) == (Plan.NOTIFY, None)


@pytest.mark.clause("C-1")
def test_a_server_that_trusts_our_certificates_names_no_key() -> None:
    text = ACME.replace("key: /toban/acme/web01/ssh-key", "certificate: yes")

    (server,) = read(text).servers

    assert server.access is not None
    assert (server.access.key, server.credential) == ("", "certificate/acme")


def test_a_server_without_certificates_is_entered_with_its_key() -> None:
    text = ACME.replace("    agent:", "      certificate: no\n    agent:")

    assert read(text) == read(ACME)


def test_a_line_of_known_hosts_pins_the_key_that_it_holds() -> None:
    text = ACME.replace("[ssh-ed25519", "[192.0.2.10 ssh-ed25519").replace("RXbw0B]", "RXbw0B me]")

    access = read(text).servers[0].access

    assert access == read(ACME).servers[0].access


def _host_key(*strings: bytes) -> str:
    """Return a public key made of these strings after its type (RFC 4253, 6.6)."""
    blob = b"".join(len(each).to_bytes(4) + each for each in strings)
    return f"{strings[0].decode()} {base64.b64encode(blob).decode()}"


RSA = _host_key(b"ssh-rsa", b"\1\0\1", b"\0" + b"n" * 256)
ECDSA = _host_key(b"ecdsa-sha2-nistp256", b"nistp256", b"\4" + b"q" * 64)


@pytest.mark.parametrize("line", [RSA, ECDSA], ids=["rsa", "ecdsa"])
def test_a_host_key_of_which_the_end_is_missing_is_refused(line: str) -> None:
    whole = re.sub(r"host_keys: .*", f"host_keys: [{line}]", ACME)
    access = read(whole).servers[0].access
    assert access and access.host_keys == (line,)

    with pytest.raises(SheetError, match="damaged or cut off"):
        read(whole.replace(line, line[:-40]))


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
