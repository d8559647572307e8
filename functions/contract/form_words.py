"""The words of the hearing sheet as a form: its tabs, its columns, what may be chosen."""

from collections.abc import Mapping
from dataclasses import dataclass

from toban.catalogue.format import half_width
from toban.catalogue.menu import menu
from toban.domain.check import Kind
from toban.domain.plan import Plan


@dataclass(frozen=True, slots=True)
class Column:
    """One column (or line) of a tab: `key` as in a written sheet, its labels, what it is for;
    `earlier` is the label on forms that were handed out before.
    """

    key: str
    ja: str
    en: str
    hint_ja: str = ""
    hint_en: str = ""
    width: int = 18
    earlier: str = ""

    def label(self, locale: str) -> str:
        """Return the words that stand above the column."""
        return self.en if locale == "en" else self.ja

    def hint(self, locale: str) -> str:
        """Return what a person needs to know to fill it in."""
        return self.hint_en if locale == "en" else self.hint_ja


@dataclass(frozen=True, slots=True)
class Tab:
    """One tab of the form, with as many lines to fill in as it offers."""

    ja: str
    en: str
    columns: tuple[Column, ...]
    lines: int

    def title(self, locale: str) -> str:
        """Return the name on the tab."""
        return self.en if locale == "en" else self.ja


CONTRACT = Tab(
    "契約",
    "Contract",
    (
        Column(
            "id",
            "顧客ID",
            "Customer id",
            "半角英小文字・数字・ハイフン",
            "small letters, digits, hyphens",
        ),
        Column("name", "会社名", "Company", width=40),
        Column("locale", "メールの言語", "Language of mails", "ja または en", "ja or en"),
        Column("zone", "タイムゾーン", "Time zone", "Asia/Tokyo など", "such as Asia/Tokyo"),
        Column(
            "start",
            "監視開始日",
            "Start date",
            "1営業日前までにお送りください",
            "one business day ahead",
        ),
    ),
    1,
)
CONTACTS = Tab(
    "連絡先",
    "Contacts",
    (
        Column("name", "氏名", "Name", "上から順に電話します", "called from the top down"),
        Column("mail", "メールアドレス", "Mail address", width=32),
        Column("phone", "電話番号", "Telephone", "03-1234-5678", "+81312345678", 20),
        Column(
            "hours",
            "電話可能な時間帯",
            "Hours for calls",
            "空欄は24時間。例: 平日 9:00-18:00(複数は改行)",
            "empty: at any time; such as mon-fri 09:00-18:00",
            26,
        ),
    ),
    20,
)
SERVERS = Tab(
    "サーバ",
    "Servers",
    (
        Column(
            "id",
            "サーバ名",
            "Server",
            "半角英小文字・数字・ハイフン",
            "small letters, digits, hyphens",
        ),
        Column(
            "addresses", "IPアドレス", "Addresses", "複数は改行かカンマで", "several: new lines", 24
        ),
        Column("plan", "プラン", "Plan", width=24),
        Column("access.user", "SSHユーザ", "SSH user"),
        Column("access.key", "SSH鍵の保管名", "Name of the SSH key", "/toban/…", "/toban/...", 30),
        Column(
            "access.certificate",
            "SSH証明書",
            "SSH certificate",
            "はい：鍵の代わり",
            "yes: no key",
            10,
        ),
        Column("access.host_keys", "SSHホスト鍵", "SSH host keys", "ssh-ed25519 …", "", 40),
        Column("access.port", "SSHポート", "SSH port", "既定 22", "default 22", 10),
        Column(
            "agent.secret", "SNMPの保管名", "Name of the SNMP secret", "/toban/…", "/toban/...", 30
        ),
        Column("agent.version", "SNMP版", "SNMP version", "2c または 3", "2c or 3", 10),
    ),
    300,
)
MONITORS = Tab(
    "監視項目",
    "Monitors",
    (
        Column("server", "サーバ名", "Server", "「サーバ」と同じ名前", "as on the tab Servers"),
        Column("item", "監視項目", "Item", "一覧から選択", "choose from the list", 30),
        Column("id", "識別名", "Id", "同じ項目が二つあるとき", "where an item comes twice"),
        Column("threshold", "閾値", "Threshold", width=10, earlier="しきい値"),
        Column("port", "ポート", "Port", width=10),
        Column("url", "URL", "URL", width=40),
        Column("host", "ホスト名", "Host name", "名前ベースのサイト", "virtual host"),
        Column("must_contain", "含まれる語", "Must contain"),
        Column("must_not_contain", "含まれない語", "Must not contain"),
        Column("process", "プロセス名", "Process"),
        Column(
            "arguments",
            "引数",
            "Arguments",
            "コマンドラインに含まれる文字列",
            "text in the command line",
        ),
        Column("minimum", "最小数", "Minimum", width=10),
        Column("mount", "マウント先", "Mount point"),
        Column("interface", "インターフェース", "Interface"),
        Column("capacity", "回線容量", "Capacity", "100M など", "such as 100M", 10),
        Column("service", "サービス名", "Service", "一次対応で再起動するもの", "what is restarted"),
        Column("unit", "種別", "Unit", width=12),
        Column("priority", "優先度", "Priority", width=10),
        Column("phone", "電話連絡", "Telephone", "はい / いいえ", "yes / no", 10),
        Column(
            "address",
            "接続先",
            "Address",
            "空欄はサーバの先頭のIPアドレス",
            "empty: the server's first",
            20,
        ),
        Column("name", "DNSで引く名前", "Name in the DNS", "dnsのとき", "for dns"),
        Column(
            "device", "ディスク装置", "Device", "diskioのとき。sdaなど", "for diskio; such as sda"
        ),
        Column(
            "port_25_allowed",
            "25番ポートの許可",
            "Port 25 allowed",
            "「はい」：AWSの制限を解除済み。「いいえ」：サーバの中から確認",
            "yes: lifted by AWS; no: asked on the server itself",
            10,
        ),
    ),
    2000,
)
TABS: Mapping[str, Tab] = {
    "contract": CONTRACT,
    "contacts": CONTACTS,
    "servers": SERVERS,
    "monitors": MONITORS,
}

PLANS: Mapping[Plan, tuple[str, str]] = {
    Plan.NOTIFY: ("監視通知サービス", "notify"),
    Plan.RESPOND: ("一次対応サービス", "respond"),
    Plan.MANAGED: ("フルマネージドサービス", "managed"),
}
YES_OR_NO = ("phone", "access.certificate", "port_25_allowed")
ANSWERS: Mapping[str, tuple[str, str]] = {"yes": ("はい", "yes"), "no": ("いいえ", "no")}


def items(locale: str) -> dict[str, str]:
    """Return the menu's items in their order, by the words that a person chooses; rules of the
    customer's own need a written sheet.
    """
    return {
        f"{item.name_en if locale == 'en' else item.name_ja} [{name}]": name
        for name, item in menu().items()
        if item.kind not in {Kind.OID, Kind.COMMAND}
    }


def chosen(column: str, text: str) -> str:
    """Return the word of a written sheet for what was chosen in the form, typed in any width, or
    the text itself.
    """
    typed = half_width(text)
    if column == "item":
        key = typed.rpartition("[")[2].removesuffix("]")
        return key if typed.endswith(f"[{key}]") and key in menu() else text
    words = (PLANS if column == "plan" else ANSWERS if column in YES_OR_NO else {}).items()
    return next((str(key) for key, labels in words if typed in labels), text)
