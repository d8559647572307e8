"""The hearing sheet as a form in Excel: filled in as people do, read like a written one."""

import io
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from contract.form import blank_form
from contract.form_words import TABS, items
from contract.sheet import Sheet, SheetError, parse_sheet, read_sheet
from tests.unit.acme_sheet import ACME
from toban.catalogue.menu import menu

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIMa6BVGiRGMaBhU2i+rBYlqXpWo9RfqXJc/Md3RXbw0B"
Change = Callable[[Any], None]


@cache
def blank(locale: str) -> bytes:
    return blank_form(locale)


def filled(locale: str = "ja", change: Change | None = None) -> bytes:
    """Return the form as ACME would fill it in, with one more change."""
    book = openpyxl.load_workbook(io.BytesIO(blank(locale)))
    contract, contacts, servers, monitors = (book[tab.title(locale)] for tab in TABS.values())
    for row, value in enumerate(["acme", "Acme", "en", "Asia/Tokyo"], 2):
        contract.cell(row, 2, value)
    _row(contacts, 2, ["Yamada", "yamada@acme.example", "03-1234-5678"])
    _row(contacts, 3, ["Sato", "sato@acme.example", "+819012345678"])
    plan = "一次対応サービス" if locale == "ja" else "respond"
    access = ["toban", "/toban/acme/web01/ssh-key", None, KEY, None]
    _row(servers, 2, ["web01", "192.0.2.10", plan, *access, "/toban/acme/web01/snmp"])
    names = menu()
    labels = [
        f"{names[each].name_en if locale == 'en' else names[each].name_ja} [{each}]"
        for each in ("ssh", "http", "disk")
    ]
    _row(monitors, 2, ["web01", labels[0]])
    _row(monitors, 3, ["web01", labels[1], None, None, 8080])
    _row(monitors, 4, ["web01", labels[2], None, "80"])
    if change:
        change(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _row(sheet: Any, number: int, values: list[Any]) -> None:
    for column, value in enumerate(values, 1):
        sheet.cell(number, column, value)


def _mistakes(change: Change) -> str:
    with pytest.raises(SheetError) as refused:
        parse_sheet(filled(change=change), "acme.xlsx")
    return str(refused.value)


@pytest.mark.clause("C-2")
@pytest.mark.parametrize("locale", ["ja", "en"])
def test_a_form_says_the_same_as_the_written_sheet(locale: str) -> None:
    written = parse_sheet(ACME.encode(), "acme.yaml")

    assert parse_sheet(filled(locale), "acme.xlsx") == written


def test_what_is_typed_as_people_do_is_understood() -> None:
    def change(book: Any) -> None:
        book["契約"]["B6"] = date(2026, 12, 1)
        book["サーバ"]["B2"] = "１９２．０．２．１０、_x000D_\n192.0.2.11"
        book["連絡先"]["C2"] = "０３－１２３４－５６７８"
        book["連絡先"]["D2"] = "月、水 9時〜18時30分、平日 19:00〜20:00\n土 １０：００－１２：００"
        book["監視項目"]["D4"] = 0.8
        book["監視項目"]["D4"].number_format = "0%"
        book["監視項目"]["B2"] = "CPU 使用率 [cpu]"
        book["監視項目"]["D2"] = 1  # typed as 100%
        book["監視項目"]["D2"].number_format = "0%"

    sheet: Sheet = parse_sheet(filled(change=change), "acme.xlsx")

    assert str(sheet.start) == "2026-12-01"
    assert sheet.servers[0].addresses == ("192.0.2.10", "192.0.2.11")
    assert sheet.customer.contacts[0].phone == "+81312345678"
    assert [str(each) for each in sheet.customer.contacts[0].hours] == [
        "mon/wed 09:00-18:30",
        "mon/tue/wed/thu/fri 19:00-20:00",
        "sat 10:00-12:00",
    ]
    resources = [sheet.servers[0].monitor(f"acme.web01.{own}").check.resource for own in _SHARES]
    assert [each.threshold for each in resources if each] == [80, 100]


_SHARES = ("disk", "cpu")


def test_every_item_that_the_form_offers_can_be_filled_in() -> None:
    answers: dict[str, dict[str, str | int]] = {
        "tcp": {"port": 8443},
        "smtp": {"port_25_allowed": "いいえ"},
        "dns": {"name": "acme.example", "address": "192.0.2.10"},
        "url_status": {"url": "https://www.acme.example/"},
        "url_keyword": {"url": "https://www.acme.example/", "must_contain": "ようこそ"},
        "cert_expiry": {"host": "www.acme.example"},
        "proc_custom": {"process": "worker", "arguments": "queue.py"},
        "traffic": {"interface": "eth0", "capacity": "100M"},
        "diskio": {"device": "sda"},
    }
    columns = [column.key for column in TABS["monitors"].columns]

    def change(book: Any) -> None:
        book["監視項目"].delete_rows(2, 3)
        for row, (label, item) in enumerate(items("ja").items(), 2):
            said = {"server": "web01", "item": label, **answers.get(item, {})}
            _row(book["監視項目"], row, [said.get(key) for key in columns])

    [server] = parse_sheet(filled(change=change), "acme.xlsx").servers

    assert [monitor.item for monitor in server.monitors] == list(items("ja").values())


def test_a_certificate_is_chosen_in_the_place_of_a_key() -> None:
    def change(book: Any) -> None:
        book["サーバ"]["E2"] = None
        book["サーバ"]["F2"] = "はい"

    access = parse_sheet(filled(change=change), "acme.xlsx").servers[0].access

    assert access is not None
    assert access.key == ""


def test_a_form_of_before_an_item_and_a_column_were_renamed_is_still_read() -> None:
    def change(book: Any) -> None:
        book["監視項目"]["D1"] = "しきい値"
        book["監視項目"]["B4"] = "Disk used % per mount [disk]"

    [server] = parse_sheet(filled(change=change), "acme.xlsx").servers

    assert [monitor.item for monitor in server.monitors] == ["ssh", "http", "disk"]


def test_an_item_that_the_menu_does_not_know_is_told() -> None:
    def change(book: Any) -> None:
        book["監視項目"]["B4"] = "ディスク使用率 [disc]"

    assert "監視項目!B4" in _mistakes(change)


def test_every_mistake_names_its_cell() -> None:
    def change(book: Any) -> None:
        book["連絡先"]["B2"] = "yamada"
        book["サーバ"]["C2"] = "gold"
        book["監視項目"]["D4"] = "many"

    told = _mistakes(change)

    assert "acme.xlsx:連絡先!B2: " in told
    assert "acme.xlsx:サーバ!C2: " in told
    assert "acme.xlsx:監視項目!D4: " in told


def test_a_tab_that_nobody_has_filled_in_is_named() -> None:
    with pytest.raises(SheetError) as refused:
        parse_sheet(blank("ja"), "acme.xlsx")

    told = str(refused.value)

    assert 'acme.xlsx:連絡先!A2: "contacts" is an empty list.' in told
    assert 'acme.xlsx:サーバ!A2: "servers" is an empty list.' in told


def test_a_monitor_of_no_server_is_told() -> None:
    def change(book: Any) -> None:
        book["監視項目"]["A3"] = "web02"
        book["監視項目"]["A4"] = None

    told = _mistakes(change)

    assert '監視項目!A3: There is no server "web02"' in told
    assert "監視項目!B4: This monitor has no server." in told


def test_a_column_or_tab_that_nobody_knows_is_told() -> None:
    def change(book: Any) -> None:
        book["監視項目"]["D1"] = "閾値値"

    assert '監視項目!D1: There is no column "閾値値". Did you mean "閾値"?' in _mistakes(change)
    assert 'There is no tab "サーバ"' in _mistakes(lambda book: book.remove(book["サーバ"]))


def test_a_file_that_is_no_workbook_is_told() -> None:
    with pytest.raises(SheetError, match="cannot be read"):
        parse_sheet(b"PK\x03\x04 and then nothing", "acme.xlsx")


def test_a_workbook_that_unpacks_to_too_much_is_not_unpacked() -> None:
    with pytest.raises(SheetError, match="too large"):
        parse_sheet(_archive({"xl/workbook.xml": b"0" * (65 * 1024 * 1024)}), "acme.xlsx")


def _archive(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def test_the_form_offers_what_may_be_chosen() -> None:
    book = openpyxl.load_workbook(io.BytesIO(blank("ja")))
    rules = book["監視項目"].data_validations.dataValidation

    assert {str(rule.sqref).partition(":")[0] for rule in rules} == {"A2", "B2", "S2", "W2"}
    offered = [cell.value for (cell,) in book["lists"].iter_rows(min_col=2, max_col=2)]
    assert [each for each in offered if each] == list(items("ja"))


def test_the_form_is_printed_with_all_columns_on_a_page_and_its_head_on_each() -> None:
    book: Any = openpyxl.load_workbook(io.BytesIO(blank("ja")))
    for tab in book.worksheets[:-1]:
        assert tab.page_setup.orientation == "landscape"
        assert (tab.sheet_properties.pageSetUpPr.fitToPage, tab.page_setup.fitToHeight) == (True, 0)
        assert tab.print_title_rows == "$1:$1"


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
@pytest.mark.clause("C-2")
def test_libreoffice_opens_the_form_and_what_it_saves_is_read(tmp_path: Path) -> None:
    saved, form = tmp_path / "saved" / "acme.xlsx", tmp_path / "acme.xlsx"
    form.write_bytes(filled())
    own = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = ["soffice", own, "--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML"]
    subprocess.run([*command, "--outdir", saved.parent, form], check=True, timeout=300)

    assert read_sheet(saved) == read_sheet(form)
    kept = openpyxl.load_workbook(saved)["監視項目"].data_validations.dataValidation
    assert {rule.type for rule in kept} == {"list"}
    assert {"A2", "B2", "S2", "W2"} == {str(rule.sqref).partition(":")[0] for rule in kept}
