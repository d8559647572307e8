"""What a customer asks beyond the menu (M-3), as the sheet says it."""

import pytest

from contract.sheet import SheetError
from tests.unit.acme_sheet import monitor, read, with_monitors
from toban.domain.check import Kind
from toban.domain.contract import Family, Monitor
from toban.domain.own_check import AlertRule, CommandQuestion, Comparison, OidQuestion
from toban.domain.policy import Policy

QUEUE = "/usr/local/bin/queue-length"


def own(*lines: str) -> Monitor:
    """Return the monitor of a server that names a program of its own."""
    text = with_monitors(*lines).replace(
        "    monitors:", f"    commands: {{programs: [{QUEUE}]}}\n    monitors:"
    )
    (found,) = read(text).servers[0].monitors
    return found


def mistakes(*lines: str) -> str:
    with pytest.raises(SheetError) as raised:
        own(*lines)
    return str(raised.value)


@pytest.mark.clause("M-3")
@pytest.mark.parametrize(
    ("name", "numbers"),
    [
        ("1.3.6.1.4.1.2021.10.1.5.2", "1.3.6.1.4.1.2021.10.1.5.2"),
        (".1.3.6.1.2.1.1.3.0", "1.3.6.1.2.1.1.3.0"),
        ("HOST-RESOURCES-MIB::hrSystemUptime.0", "1.3.6.1.2.1.25.1.1.0"),
        ("UCD-SNMP-MIB::laLoadInt.2", "1.3.6.1.4.1.2021.10.1.5.2"),
        ("IF-MIB::ifOperStatus.2", "1.3.6.1.2.1.2.2.1.8.2"),
        (
            'NET-SNMP-EXTEND-MIB::nsExtendOutput1Line."jobs"',
            "1.3.6.1.4.1.8072.1.3.2.3.1.1.4.106.111.98.115",
        ),
    ],
)
def test_the_name_of_an_object_becomes_numbers_when_the_sheet_is_read(
    name: str, numbers: str
) -> None:
    found = monitor(f"- {{item: oid, oid: '{name}', alert_when: above 5}}")

    assert found.check.oid is not None
    assert (found.check.oid.oid, found.check.oid.name) == (numbers, name.removeprefix("."))


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("HOST-RESOURCES-MIB::hrSystemUptim.0", "is not in the MIB HOST-RESOURCES-MIB"),
        ("ACME-MIB::jobs.0", 'The MIB "ACME-MIB" is not known here.'),
        ("UCD-SNMP-MIB::laLoadInt", "is a whole column or group"),
        ("hrSystemUptime.0", "is not an object of an agent"),
        ("1.3", "is not an object of an agent"),
    ],
)
def test_an_object_that_does_not_exist_is_refused(name: str, said: str) -> None:
    assert said in mistakes(f"- {{item: oid, oid: '{name}', alert_when: above 5}}")


@pytest.mark.clause("M-3")
@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("above 100", AlertRule(Comparison.ABOVE, "100")),
        ("Below 1,000.5", AlertRule(Comparison.BELOW, "1000.5")),
        ("ABOVE １００", AlertRule(Comparison.ABOVE, "100")),
        ("equals 2", AlertRule(Comparison.EQUALS, "2")),
        ("not equals up", AlertRule(Comparison.DIFFERS, "up")),
        ("matches *failed*", AlertRule(Comparison.MATCHES, "*failed*")),
        ("not matches OK*", AlertRule(Comparison.LACKS, "OK*")),
        ("changes", AlertRule(Comparison.CHANGES)),
    ],
)
def test_a_rule_says_which_answer_is_an_alert(text: str, rule: AlertRule) -> None:
    found = monitor(f"- {{item: oid, oid: 1.3.6.1.2.1.1.3.0, alert_when: '{text}'}}")

    assert found.check.oid == OidQuestion("1.3.6.1.2.1.1.3.0", "1.3.6.1.2.1.1.3.0", rule)
    assert (found.check.kind, found.family) == (Kind.OID, Family.RESOURCE)


@pytest.mark.clause("M-3")
def test_a_command_is_asked_with_its_own_threshold_unit_and_name() -> None:
    found = own(
        f"- {{item: command, id: jobs, name: 待ち件数, command: {QUEUE}, alert_when: above 100,"
        " value_unit: 件, timeout: 5}"
    )

    rule = AlertRule(Comparison.ABOVE, "100", "件")
    assert found.check.command == CommandQuestion(QUEUE, rule, 5)
    assert found.name_ja == "任意コマンド 待ち件数"
    assert (found.check.address, found.check.port) == ("192.0.2.10", 22)


def test_a_command_without_a_rule_alerts_when_it_fails() -> None:
    found = own(f"- {{item: command, command: {QUEUE}}}")

    assert found.check.rule == AlertRule(Comparison.EXITS_OTHERWISE, "0")


@pytest.mark.clause("N-5")
def test_an_own_question_is_told_at_once_unless_the_sheet_wants_it_confirmed() -> None:
    policy = Policy()
    at_once = own(f"- {{item: command, command: {QUEUE}}}")
    confirmed = own(f"- {{item: command, command: {QUEUE}, confirm: yes}}")

    assert at_once.profile(policy) == policy.resource
    assert confirmed.profile(policy) == policy.port_process


@pytest.mark.clause("M-3")
@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ("command: rm -rf /tmp/x", "rm with -r or -f is never run."),
        ("command: systemctl restart worker", '"systemctl" with these arguments may change'),
        ("command: /opt/unknown", 'It is not known whether "/opt/unknown" only reads.'),
        ("command: 'mysql --password=geheim'", "The command seems to hold a secret."),
        (f"command: {QUEUE}, alert_when: changes", '"changes" is not a rule.'),
        (f"command: {QUEUE}, alert_when: above much", '"above much" has no number.'),
        (f"command: {QUEUE}, timeout: 60", "A time in seconds is from 1 to 20."),
        ("alert_when: above 3", '"command" is missing from the monitor command.'),
    ],
)
def test_a_command_that_may_not_be_run_is_refused_with_its_mend(keys: str, said: str) -> None:
    told = mistakes(f"- {{item: command, {keys}}}")

    assert said in told
    assert "geheim" not in told


def test_all_mistakes_of_a_command_come_at_once() -> None:
    told = mistakes("- {item: command, command: 'kill -9 1; vi /etc/hosts & reboot'}")

    assert len(told.splitlines()) == 4


def test_a_rule_of_an_object_has_no_exit_status() -> None:
    text = "- {item: oid, oid: 1.3.6.1.2.1.1.3.0, alert_when: exit status not 0}"

    assert '"exit status not 0" is not a rule.' in mistakes(text)


def test_a_command_needs_a_way_in() -> None:
    text = with_monitors("- {item: command, command: cat /proc/loadavg}")
    before, _, rest = text.partition("    access:")
    without = before.replace("plan: respond", "plan: notify") + rest[rest.index("    agent:") :]

    with pytest.raises(SheetError, match="The server has no access, by which command is asked"):
        read(without)


@pytest.mark.clause("N-3")
def test_a_mail_server_that_no_function_may_connect_to_is_asked_from_the_server() -> None:
    found = monitor("- {item: smtp, port_25_allowed: no}")

    assert found.check.kind is Kind.COMMAND
    assert found.check.rule == AlertRule(Comparison.LACKS, "220*", confirm=True)
    assert found.check.command is not None
    assert "/dev/tcp/127.0.0.1/25" in found.check.command.command
    assert (found.item, found.unit, found.runbook) == ("smtp", "mta", "rb_unit")
