"""What mails say of states that an agent tells, in both languages."""

from dataclasses import replace

import pytest

from contract.sheet import parse_sheet
from escalate.facts import Facts
from escalate.letter import compose
from tests.testdata.mail import cases, samples
from tests.unit.acme_sheet import with_monitors
from toban.domain.contract import Monitor
from toban.domain.incident import Alert
from toban.domain.letters import MailKind
from toban.domain.observation import Observation, Reason
from toban.domain.plan import Plan

OVER = Reason.OVER_THRESHOLD
SEEN = {
    "fs_ro": (Reason.READ_ONLY, None, "/ is mounted read-only"),
    "raid_hw": (Reason.BAD_STATE, None, "1 degraded"),
    "mysql_repl": (OVER, 412.0, "412 s; alert at 300 s"),
    "mail_queue": (OVER, 214.0, "214; alert at 200"),
    "time_offset": (OVER, 63.0, "the clock is at least 63.0 s behind ours"),
    "reboot": (Reason.REBOOTED, 182.0, "up for 3 min 2 s"),
    "zombie": (OVER, 12.0, "12; alert at 10"),
    "fd": (OVER, 93.0, "93 % (930 open); alert at 90 %"),
}
SAID = {
    "ja": {
        "fs_ro": "検出値     : 読み込み専用でマウント(閾値 書き込み可能であること)",
        "raid_hw": "検出値     : 異常な状態(閾値 正常な状態であること)",
        "mysql_repl": "検出値     : 412秒(閾値 300秒)",
        "mail_queue": "検出値     : 214(閾値 200)",
        "time_offset": "検出値     : 63秒(閾値 1秒)",
        "reboot": "検出値     : 182秒(閾値 起動から600秒以上)",
        "zombie": "検出値     : 12(閾値 10)",
        "fd": "検出値     : 93.0%(閾値 90%)",
    },
    "en": {
        "fs_ro": "mounted read-only",
        "raid_hw": "in a bad state",
        "mysql_repl": "412 s",
        "mail_queue": "214",
        "time_offset": "63 s",
        "reboot": "up for 600 s or more",
        "zombie": "12",
        "fd": "93.0%",
    },
}
WARNED = {"mysql_repl", "mail_queue", "reboot", "zombie", "fd"}


def monitor(item: str) -> Monitor:
    [server] = parse_sheet(with_monitors(f"- {item}").encode(), "acme.yaml").servers
    return server.monitors[0]


def facts(item: str, locale: str) -> Facts:
    watched = monitor(item)
    reason, value, evidence = SEEN[item]
    seen = Observation(watched.monitor_id, reason, samples.CONFIRMED, value, evidence)
    alert = Alert(watched.monitor_id, 32, samples.FIRST_FAILED, samples.CONFIRMED, seen)
    of_resource = item in ("zombie", "fd")
    kind = MailKind.RESOURCE_ALERT if of_resource else MailKind.ALERT
    base = cases.facts(kind, locale, Plan.NOTIFY)
    assert base.server is not None
    return replace(base, server=replace(base.server, monitors=(watched,)), alerts=(alert,))


@pytest.mark.clause("N-4", "N-5")
@pytest.mark.parametrize("locale", ["ja", "en"])
@pytest.mark.parametrize("item", SEEN)
def test_an_alert_names_the_state_its_figure_and_how_grave_it_is(item: str, locale: str) -> None:
    letter = compose(facts(item, locale))

    level = {"ja": ("警告", "障害"), "en": ("warning", "critical")}[locale][item not in WARNED]
    assert SAID[locale][item] in letter.text
    assert monitor(item).name(locale) in letter.subject
    assert level in letter.text
    if item not in ("zombie", "fd"):
        assert SEEN[item][2] in letter.text
