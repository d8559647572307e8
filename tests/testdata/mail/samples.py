"""Outages to write mails about: one server of an invented customer, a short night with it."""

from datetime import UTC, datetime, timedelta

from toban.domain.call import Call, Outcome
from toban.domain.check import (
    Check,
    HttpQuestion,
    Kind,
    ProcessQuestion,
    Resource,
    ResourceQuestion,
)
from toban.domain.contract import Access, Contact, Customer, Family, Monitor, Server
from toban.domain.incident import Alert
from toban.domain.letters import Provider
from toban.domain.observation import Observation, Reason
from toban.domain.plan import Plan
from toban.domain.repair import (
    Diagnostics,
    Finding,
    HoldReason,
    RepairOutcome,
    RepairReport,
    StepName,
    StepReport,
)

FIRST_FAILED = datetime(2026, 11, 22, 18, 3, tzinfo=UTC)
CONFIRMED = FIRST_FAILED + timedelta(minutes=2, seconds=3)
SENT = CONFIRMED + timedelta(seconds=58)
REPAIRED = SENT + timedelta(seconds=24)
RECOVERED = FIRST_FAILED + timedelta(minutes=6)

PROVIDER = {
    "ja": Provider(
        "アンカー監視センター", "alert@anchor.example", "ops@anchor.example", "03-0000-0000"
    ),
    "en": Provider(
        "Anchor Watch",
        "alert@anchor.example",
        "ops@anchor.example",
        "+44 20 7946 0000",
        locale="en",
        zone="Europe/London",
    ),
}
CUSTOMER = {
    "ja": Customer(
        "acme",
        "株式会社アクメ",
        (Contact("山田 花子", "hanako@acme.example"), Contact("佐藤 太郎", "taro@acme.example")),
    ),
    "en": Customer(
        "acme",
        "Acme Ltd",
        (Contact("Alice Smith", "alice@acme.example"), Contact("Bob Jones", "bob@acme.example")),
        locale="en",
        zone="Europe/London",
    ),
}
HTTP = Monitor(
    "acme.web01.http",
    "http",
    Family.PORT,
    "HTTP ポート監視",
    "HTTP port",
    70,
    Check("acme.web01.http", Kind.HTTP, "203.0.113.10", 80, http=HttpQuestion(any_status=True)),
    runbook="rb_unit",
    unit="nginx",
)
PROCESS = Monitor(
    "acme.web01.proc-nginx",
    "proc_nginx",
    Family.PROCESS,
    "nginx プロセス",
    "nginx process",
    70,
    Check("acme.web01.proc-nginx", Kind.PROCESS, "203.0.113.10", process=ProcessQuestion("nginx")),
    runbook="rb_unit",
    unit="nginx",
)
URL = Monitor(
    "acme.web01.url",
    "url_status",
    Family.STATUS,
    "URL 応答コード監視",
    "URL status",
    72,
    Check("acme.web01.url", Kind.HTTP, "203.0.113.10", 80, http=HttpQuestion(path="/login")),
    runbook="rb_unit",
    unit="nginx",
)
DISK = Monitor(
    "acme.web01.disk-var",
    "disk",
    Family.RESOURCE,
    "ディスク使用率",
    "Disk utilisation",
    30,
    Check(
        "acme.web01.disk-var",
        Kind.RESOURCE,
        "203.0.113.10",
        resource=ResourceQuestion(Resource.DISK, 90, "/var"),
    ),
)
FTP = Monitor(
    "acme.web01.ftp",
    "ftp",
    Family.PORT,
    "FTP ポート監視",
    "FTP port",
    90,
    Check("acme.web01.ftp", Kind.TCP, "203.0.113.10", 21),
    runbook="rb_unit",
    unit="ftpd",
)

FINDINGS = (
    Finding("uptime", "uptime", " 03:05:41 up 41 days,  2:11,  0 users,  load average: 0.08", 0),
    Finding("disk", "df -PTh", "/dev/vda1  ext4  40G  17G  22G  44% /", 0),
    Finding(
        "status",
        "systemctl status nginx --no-pager -l -n 20",
        "nginx.service - A high performance web server and a reverse proxy server\n"
        "     Active: failed (Result: signal) since Mon 2026-11-23 03:02:11 JST; 3min 30s ago\n"
        "   Main PID: 812 (code=killed, signal=KILL)",
        3,
    ),
    Finding(
        "log",
        "tail -n 40 /var/log/nginx/error.log",
        "2026/11/23 03:02:11 [alert] 812#812: worker process 813 exited on signal 9",
        0,
    ),
    Finding("failed", "systemctl --failed --no-pager --no-legend", "nginx.service failed", 0),
    Finding("oom", "dmesg | grep -i oom", "", 1),
)
STEPS = (
    StepReport(StepName.LOG_IN, SENT + timedelta(seconds=2), True),
    StepReport(StepName.READ_STATE, SENT + timedelta(seconds=3), True, "stopped"),
    StepReport(StepName.PROBE_LOCALLY, SENT + timedelta(seconds=4), True, "curl: (7) refused"),
    StepReport(StepName.TEST_CONFIG, SENT + timedelta(seconds=6), True, "syntax is ok"),
    StepReport(StepName.START, SENT + timedelta(seconds=9), True),
    StepReport(StepName.CONFIRM_ACTIVE, SENT + timedelta(seconds=11), True, "active"),
)

CALLED = REPAIRED + timedelta(minutes=1)
PAUSED = CALLED + timedelta(minutes=3)
CALLS = (
    Call(0, 0, "山田 花子", "+81*****0001", CALLED, Outcome.NO_ANSWER, 30),
    Call(1, 0, "佐藤 太郎", "+81*****0002", CALLED + timedelta(seconds=41), Outcome.BUSY),
)
TOKEN = "AQCoAAAAKgAAAAMAAAAAAAAAAX" + "0aZ+/=" * 330
"""As long as Step Functions makes task tokens, and of the same signs."""
COMMANDS = tuple(
    "aws stepfunctions send-task-success --region ap-northeast-1"
    f" --task-output '{{\"approved\": {answer}}}' --task-token '{TOKEN}'"
    for answer in ("true", "false")
)
PAUSED_LINES = (
    "acme.web01.http       2026-11-23 03:09:24 JST  acme.web01.20261122T180503Z",
    "acme.web01.proc-nginx 2026-11-23 03:09:24 JST  acme.web01.20261122T180503Z",
)


def server(plan: Plan) -> Server:
    """Return the server on a plan."""
    access = Access("203.0.113.10", "toban", "/toban/acme/ssh", ("ssh-ed25519 AAAA",))
    monitors = (HTTP, PROCESS, URL, DISK, FTP)
    return Server("acme.web01", plan, ("203.0.113.10", "203.0.113.11"), monitors, access)


def alert(
    monitor: Monitor, reason: Reason, value: float | None = None, evidence: str = ""
) -> Alert:
    """Return an alert of the monitor, with what it saw."""
    seen = Observation(monitor.monitor_id, reason, CONFIRMED, value, evidence)
    return Alert(monitor.monitor_id, monitor.priority, FIRST_FAILED, CONFIRMED, seen)


HTTP_DOWN = alert(HTTP, Reason.REFUSED, evidence="connect: Connection refused")
PROCESS_GONE = alert(PROCESS, Reason.NO_PROCESS, 0.0)
URL_BROKEN = alert(URL, Reason.BAD_STATUS, evidence="HTTP/1.1 502 Bad Gateway")
DISK_FULL = alert(DISK, Reason.OVER_THRESHOLD, 93.4)


def collected() -> Diagnostics:
    """Return what a login found."""
    return Diagnostics(CONFIRMED, SENT, FINDINGS)


def repaired() -> RepairReport:
    """Return a restart that went well."""
    return RepairReport(
        HTTP.monitor_id, "nginx", RepairOutcome.ACTED, SENT, changed=True, steps=STEPS
    )


def held_back() -> RepairReport:
    """Return a restart that was not made because the configuration is broken."""
    broken = StepReport(
        StepName.TEST_CONFIG,
        SENT + timedelta(seconds=6),
        False,
        'nginx: [emerg] unexpected "}" in /etc/nginx/nginx.conf:62\n'
        "nginx: configuration file /etc/nginx/nginx.conf test failed",
    )
    return RepairReport(
        HTTP.monitor_id,
        "nginx",
        RepairOutcome.HELD_BACK,
        SENT,
        HoldReason.CONFIG_ERROR,
        steps=(*STEPS[:3], broken),
    )
