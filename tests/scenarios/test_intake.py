"""A form is dropped into the intake bucket; its plan is read and agreed to (test_newcomer.py tells
what follows).
"""

import io
import re
import socket
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import boto3
import openpyxl
import pytest

from contract.form import blank_form
from infra.local.system import LocalSystem
from tests.scenarios.conftest import PARAMETERS
from tests.scenarios.night import Mailbox
from tests.scenarios.standing_night import JAPAN

TUESDAY = datetime(2026, 11, 24, 17, 30, tzinfo=JAPAN)


@pytest.fixture
def system(tmp_path: Path) -> Iterator[LocalSystem]:
    mails = tmp_path / "mail"
    with LocalSystem(stepped_from=TUESDAY, mail=mails, parameters=PARAMETERS) as running:
        yield running


@pytest.fixture
def service() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening


class Console:
    """The bucket as an operator has it in the console: an ordinary client of S3."""

    def __init__(self, system: LocalSystem) -> None:
        self._system, self._bucket = system, system.resource("Storage.IntakeBucket")
        self._s3: Any = boto3.client(
            "s3",
            endpoint_url=system.endpoint.url,
            region_name=system.region,
            aws_access_key_id="operator",
            aws_secret_access_key="operator",
        )

    def drop(self, key: str, content: bytes) -> list[str]:
        """Drop a file and return the lines of what appears beside it."""
        self.put(key, content)
        assert self._system.wait_idle()
        return self.get(f"result/{key}.txt").splitlines()

    def put(self, key: str, content: bytes) -> None:
        """Drop a file and wait for nothing."""
        self._s3.put_object(Bucket=self._bucket, Key=key, Body=content)

    def has(self, key: str) -> bool:
        """Tell whether there is such an object."""
        return bool(self._s3.list_objects_v2(Bucket=self._bucket, Prefix=key).get("Contents"))

    def get(self, key: str) -> str:
        """Return the text of an object."""
        found = self._s3.get_object(Bucket=self._bucket, Key=key)
        return str(found["Body"].read().decode())


def _filled_in(port: int) -> bytes:
    """Return the form as a newcomer fills it in."""
    book = openpyxl.load_workbook(io.BytesIO(blank_form("ja")))
    for row, value in {2: "acme", 3: "アクメ株式会社"}.items():
        book["契約"].cell(row, 2, value)
    _write(book["連絡先"], "山田 太郎", "taro@acme.example", "03-1234-5678")
    _write(book["サーバ"], "web01", "127.0.0.1", "監視通知サービス")
    _write(book["監視項目"], "web01", "tcp", "api", None, str(port))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _write(sheet: Any, *values: str | None) -> None:
    for column, value in enumerate(values, 1):
        sheet.cell(2, column, value)


@pytest.mark.clause("C-2", "C-3")
def test_a_form_that_is_dropped_into_the_bucket_is_planned_and_agreed_to(
    system: LocalSystem, service: socket.socket, tmp_path: Path
) -> None:
    console, mails = Console(system), Mailbox(tmp_path / "mail")
    form = _filled_in(service.getsockname()[1])

    planned = console.drop("plan/acme.xlsx", form)
    (agree,) = [line for line in planned if line.startswith("To agree: ")]
    (key,) = re.findall(r"apply/\S+", agree)
    applied = console.drop(key, form)

    assert planned[0] == "acme: from 2026-11-25 on"
    assert "  + monitor acme.web01.api  (mail after 2.5 to 6.5 min)" in planned
    assert applied[-1] == "Agreed: in force from 2026-11-25 on."
    assert [mail.kind for mail in mails.mails()] == ["operator_notice", "operator_notice"]
