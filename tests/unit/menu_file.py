"""A menu of one item, and what is told of a wrong one."""

import pytest

from toban.catalogue.menu import read_menu
from toban.catalogue.mistake import CatalogueError

HTTP = """\
http:
  ja: HTTP ポート監視
  en: HTTP
  family: port
  kind: http
  port: 80
  priority: 70
  runbook: rb_unit
  unit: web
"""


def mistakes_of(text: str) -> list[str]:
    with pytest.raises(CatalogueError) as caught:
        read_menu(text.encode(), "monitors.yaml")
    return str(caught.value).splitlines()
