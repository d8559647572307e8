"""The words of the graphs in the customer's language; any other than ja is answered in English."""

from dataclasses import dataclass

from graphs.graph import BandKind


@dataclass(frozen=True, slots=True)
class GraphWords:
    """`columns` stand over last, minimum, average and maximum."""

    titles: dict[str, str]
    columns: tuple[str, str, str, str]
    curves: dict[str, str]
    threshold: str
    bands: dict[BandKind, str]
    empty: str


_JA = GraphWords(
    titles={
        "cpu": "CPU 使用率",
        "load": "ロードアベレージ",
        "memory": "メモリ使用量",
        "disk": "ディスク使用率",
        "traffic": "トラフィック",
    },
    columns=("現在", "最小", "平均", "最大"),
    curves={
        "cpu.user": "ユーザ",
        "cpu.system": "システム",
        "cpu.iowait": "I/O 待ち",
        "cpu.steal": "スティール",
        "cpu.busy": "合計",
        "load.1": "1 分平均",
        "load.5": "5 分平均",
        "load.15": "15 分平均",
        "load.cores": "コア数",
        "memory.total": "搭載量",
        "memory.used": "使用中",
        "memory.cached": "キャッシュ",
        "memory.available": "利用可能",
        "swap.used": "スワップ",
        "disk.space": "容量",
        "disk.inodes": "inode",
        "traffic.received": "受信",
        "traffic.sent": "送信",
    },
    threshold="閾値",
    bands={BandKind.INCIDENT: "障害", BandKind.MAINTENANCE: "メンテナンス"},
    empty="この期間のデータはありません",
)
_EN = GraphWords(
    titles={
        "cpu": "CPU usage",
        "load": "Load average",
        "memory": "Memory",
        "disk": "Disk usage",
        "traffic": "Traffic",
    },
    columns=("Last", "Min", "Avg", "Max"),
    curves={
        "cpu.user": "User",
        "cpu.system": "System",
        "cpu.iowait": "I/O wait",
        "cpu.steal": "Steal",
        "cpu.busy": "Total",
        "load.1": "1 min",
        "load.5": "5 min",
        "load.15": "15 min",
        "load.cores": "Cores",
        "memory.total": "Installed",
        "memory.used": "Used",
        "memory.cached": "Cached",
        "memory.available": "Available",
        "swap.used": "Swap",
        "disk.space": "space",
        "disk.inodes": "inodes",
        "traffic.received": "in",
        "traffic.sent": "out",
    },
    threshold="Threshold",
    bands={BandKind.INCIDENT: "Incident", BandKind.MAINTENANCE: "Maintenance"},
    empty="No data in this period",
)


def words(locale: str) -> GraphWords:
    """Return the words of the language."""
    return _JA if locale == "ja" else _EN
