"""Mails that carry graphs of the 24 hours before."""

from dataclasses import replace

from escalate.facts import Facts
from escalate.picture import Picture, content_id
from tests.testdata.mail import kinds
from toban.domain.kept_graph import KeptGraph

LINK = "https://graphs.example/g/MXwyMDI2MTEyM1QxMDAwMDBafGFjbWUud2ViMDE.c2lnbmF0dXJl"
_TOLD = {
    "ja": {
        "disk": (
            "ディスク使用率 — web01",
            (
                "/ 容量: 現在 41 %、最小 41 %、平均 41 %、最大 42 %",
                "/var 容量: 現在 93.4 %、最小 71.0 %、平均 78.2 %、最大 93.4 %",
                "閾値 90 %",
            ),
        ),
        "load": (
            "ロードアベレージ — web01",
            (
                "5 分平均: 現在 1.25、最小 0.10、平均 0.48、最大 4.20",
                "コア数: 現在 2、最小 2、平均 2、最大 2",
            ),
        ),
        "memory": (
            "メモリ使用量 — web01",
            ("使用中: 現在 1.25 GiB、最小 0.90 GiB、平均 1.10 GiB、最大 1.31 GiB",),
        ),
    },
    "en": {
        "disk": (
            "Disk usage — web01",
            (
                "/ space: Last 41 %, Min 41 %, Avg 41 %, Max 42 %",
                "/var space: Last 93.4 %, Min 71.0 %, Avg 78.2 %, Max 93.4 %",
                "Threshold 90 %",
            ),
        ),
        "load": (
            "Load average — web01",
            (
                "5 min: Last 1.25, Min 0.10, Avg 0.48, Max 4.20",
                "Cores: Last 2, Min 2, Avg 2, Max 2",
            ),
        ),
        "memory": (
            "Memory — web01",
            ("Used: Last 1.25 GiB, Min 0.90 GiB, Avg 1.10 GiB, Max 1.31 GiB",),
        ),
    },
}


def _with(facts: Facts, *names: str) -> Facts:
    incident_id = facts.incident.incident_id if facts.incident else ""
    told = _TOLD[facts.customer.locale if facts.customer else "ja"]
    kept = [KeptGraph(name, *told[name], f"graph-{name}.png", 800, 316) for name in names]
    shown = tuple(
        Picture(each, each.name.encode(), content_id(incident_id, each.name)) for each in kept
    )
    return replace(facts, graphs=shown, graph_link=LINK)


def of_the_disk(base: Facts) -> Facts:
    """A disk is over its threshold."""
    return _with(kinds.over_threshold(base), "disk")


def beside_a_service(base: Facts) -> Facts:
    """A service has failed on a server that is measured."""
    return _with(kinds.alerted(base), "load", "memory")


def after_the_repair(base: Facts) -> Facts:
    """Our restart has not helped, on a server that is measured."""
    return _with(kinds.not_restored(base), "load", "memory")
