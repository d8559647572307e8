"""The menu as a table for people: appendix table 1 of the contract, in Japanese or English."""

from collections.abc import Iterator, Sequence

from infra.local.role_table import role_table
from toban.catalogue.menu import MenuItem, menu
from toban.catalogue.runbooks import runbook
from toban.domain.check import Resource
from toban.domain.contract import Family
from toban.domain.scale import scale_of

WORDS = {
    "ja": {
        "title": "別表1 監視項目 (Linux)",
        "about": "優先度の小さい障害から対応します。手順は docs/runbooks.md にあります。",
        "port": "ポート監視・死活監視 (3分間隔)",
        "status": "ステータス監視 (3分間隔、証明書は5分間隔)",
        "process": "プロセス監視 (3分間隔)",
        "resource": "リソース監視 (5分間隔)",
        "heads": "項目|監視項目|既定値|優先度|一次対応|電話|個別の通知を省く項目",
        "none": "通知のみ",
        "agreed": "通知のみ (書面の同意があれば{name})",
        "yes": "あり",
        "no": "なし",
        "from": "{value:g}% から",
        "ended": "期限切れの場合",
        "ports": "ポート {ports}",
        "own": "個別設定",
        "at_least": "{name} が {minimum} 個以上",
        "or": " または ",
        "days": "ポート {port}、期限の {days} 日前",
        "per_core": "コアあたり {threshold:g} (最低 {floor:g})",
        "count": "{threshold:g} 個",
        "percent": "{threshold:g}%",
        "seconds": "{threshold:g} 秒",
        "state": "異常な状態の場合",
        "read_only": "読み込み専用になった場合",
        "reboot": "起動から {threshold:g} 秒未満",
        "all": "すべて",
    },
    "en": {
        "title": "Appendix table 1: monitors (Linux)",
        "about": "A lower priority number is handled first. docs/runbooks.md has the "
        "first responses.",
        "port": "Ports and liveness (every 3 minutes)",
        "status": "Status (every 3 minutes, certificates every 5)",
        "process": "Processes (every 3 minutes)",
        "resource": "Resources (every 5 minutes)",
        "heads": "item|name|default|priority|first response|telephone|speaks for",
        "none": "notify only",
        "agreed": "notify only ({name} where agreed to in writing)",
        "yes": "yes",
        "no": "no",
        "from": "from {value:g}%",
        "ended": "when it has ended",
        "ports": "port {ports}",
        "own": "as ordered",
        "at_least": "at least {minimum} {name}",
        "or": " or ",
        "days": "port {port}, {days} days before the end",
        "per_core": "{threshold:g} per core (at least {floor:g})",
        "count": "{threshold:g}",
        "percent": "{threshold:g}%",
        "seconds": "{threshold:g} s",
        "state": "once it is not in order",
        "read_only": "once it is read-only",
        "reboot": "up for less than {threshold:g} s",
        "all": "all",
    },
}

_SAID = frozenset({Resource.READ_ONLY, Resource.REBOOT})
"""Resources whose default is no figure that stands alone."""


def document() -> str:
    """Return the whole of docs/menu.md."""
    head = "<!-- Written by `toban catalogue --lang ja` and `--lang en`; a test holds it. -->"
    return f"{head}\n\n" + "\n\n".join(page(language) for language in ("ja", "en")) + "\n"


def page(language: str) -> str:
    """Return the menu in a language, as Markdown."""
    words = WORDS[language]
    parts = [f"# {words['title']}", words["about"]]
    for family in Family:
        items = [item for item in menu().values() if item.family is family]
        items.sort(key=lambda item: item.priority)
        parts += [f"## {words[family]}", "\n".join(_table(items, language))]
    parts.append(role_table(language))
    return "\n\n".join(parts)


def _table(items: Sequence[MenuItem], language: str) -> Iterator[str]:
    heads = WORDS[language]["heads"].split("|")
    if not any(item.withholds for item in items):
        heads = heads[:-1]
    yield _row(heads)
    yield _row(["---"] * len(heads))
    for item in items:
        yield _row(_cells(item, language)[: len(heads)])


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cells(item: MenuItem, language: str) -> list[str]:
    words = WORDS[language]
    name = item.name_ja if language == "ja" else item.name_en
    response = _response(item, language)
    silent = words["all"] if item.withholds == ("all",) else ", ".join(item.withholds)
    priority = str(item.priority)
    default = _default(item, words).replace("|", words["or"])
    return [f"`{item.item}`", name, default, priority, response, _phone(item, words), silent]


def _response(item: MenuItem, language: str) -> str:
    procedure = runbook(item.runbook)
    if procedure is None:
        return WORDS[language]["none"]
    if procedure.consent:
        return WORDS[language]["agreed"].format(name=procedure.name(language))
    return f"{procedure.name(language)} ({item.unit})" if item.unit else procedure.name(language)


def _phone(item: MenuItem, words: dict[str, str]) -> str:
    if item.phone_from is None:
        return words["yes"] if item.phone else words["no"]
    return words["from"].format(value=item.phone_from) if item.phone_from else words["ended"]


def _default(item: MenuItem, words: dict[str, str]) -> str:
    if item.days:
        return words["days"].format(port=item.port, days=item.days)
    if item.port or item.ports:
        return words["ports"].format(ports=", ".join(map(str, item.ports or (item.port,))))
    if item.process:
        return words["at_least"].format(name=item.process, minimum=item.minimum)
    if item.resource is None:
        return words["own"]
    if item.resource in _SAID:
        return words[item.resource].format(threshold=item.threshold)
    scale = scale_of(item.resource, item.scale)
    return words[scale].format(threshold=item.threshold, floor=item.floor)


if __name__ == "__main__":
    print(document(), end="")
