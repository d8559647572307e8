"""Commands of the customer over SSH (M-3), run by a real sshd where there is one."""

from collections.abc import Iterator

import pytest

from infra.local.demo.servers.ssh import real_sshd
from respond.commands import run
from tests.integration.respond_site.site import NOON, Site, secret
from tests.loopback import loopback
from toban.domain.check import Check, Kind
from toban.domain.contract import Family, Monitor
from toban.domain.observation import Observation, Reason
from toban.domain.own_check import AlertRule, CommandQuestion, Comparison

WELL = AlertRule(Comparison.EXITS_OTHERWISE, "0")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("commands") / "site"
    made = Site(folder, loopback(71), real=bool(real_sshd()))
    yield made
    made.close()


def monitor(site: Site, name: str, question: CommandQuestion) -> Monitor:
    check = Check(f"acme.web01.{name}", Kind.COMMAND, site.address, command=question)
    return Monitor(check.monitor_id, "command", Family.STATUS, name, name, 97, check)


def ask_all(site: Site, *questions: CommandQuestion) -> list[Observation]:
    monitors = [monitor(site, f"c{n}", question) for n, question in enumerate(questions)]
    return run(site.server(), monitors, secret, lambda: NOON)


def ask(site: Site, command: str, rule: AlertRule = WELL, seconds: int = 30) -> Observation:
    [seen] = ask_all(site, CommandQuestion(command, rule, seconds))
    return seen


@pytest.mark.clause("M-3")
@pytest.mark.parametrize(
    ("command", "rule", "reason", "value"),
    [
        ("echo 120 jobs", AlertRule(Comparison.ABOVE, "100"), Reason.OVER_THRESHOLD, 120),
        ("echo 100", AlertRule(Comparison.ABOVE, "100"), Reason.OK, 100),
        ("echo 3", AlertRule(Comparison.BELOW, "5"), Reason.BAD_STATE, 3),
        ("echo none", AlertRule(Comparison.ABOVE, "100"), Reason.NOT_MEASURED, None),
        ("true", WELL, Reason.OK, None),
        ("echo down; exit 3", WELL, Reason.BAD_STATE, None),
        (
            "echo a; echo sda failed",
            AlertRule(Comparison.MATCHES, "*failed*"),
            Reason.BAD_STATE,
            None,
        ),
        ("echo a; echo sda fine", AlertRule(Comparison.MATCHES, "*failed*"), Reason.OK, None),
        ("echo waiting", AlertRule(Comparison.LACKS, "ready*"), Reason.BAD_STATE, None),
        ("echo up", AlertRule(Comparison.DIFFERS, "up"), Reason.OK, None),
    ],
)
def test_an_answer_is_held_against_the_customers_own_rule(
    site: Site, command: str, rule: AlertRule, reason: Reason, value: float | None
) -> None:
    seen = ask(site, command, rule)

    assert (seen.reason, seen.value) == (reason, value)


@pytest.mark.clause("M-3")
@pytest.mark.parametrize(
    ("command", "seconds", "said"),
    [
        ("no-such-program", 30, "it cannot be run"),
        ("sleep 30", 1, "no end within 1 s"),
        ("echo 'sudo: a password is required'; exit 1", 30, "it cannot be run"),
        ("yes", 30, "prints too much"),
    ],
)
def test_what_is_our_own_fault_is_unknown_and_never_down(
    site: Site, command: str, seconds: int, said: str
) -> None:
    seen = ask(site, command, seconds=seconds)

    assert seen.reason is Reason.NOT_MEASURED
    assert said in seen.evidence


def test_a_server_that_does_not_let_us_in_says_nothing_about_its_commands(site: Site) -> None:
    [seen] = run(
        site.server(),
        [monitor(site, "c", CommandQuestion("true", WELL))],
        lambda _: "no key",
        lambda: NOON,
    )

    assert seen.reason is Reason.NOT_MEASURED
    assert seen.evidence.startswith("the server was not entered: key_unusable")


def test_what_a_command_prints_is_redacted_and_made_one_line(site: Site) -> None:
    seen = ask(site, "echo password=hunter2; exit 1")

    assert "hunter2" not in seen.evidence
    assert "[redacted]" in seen.evidence


@pytest.mark.clause("M-3")
def test_all_commands_of_a_server_share_one_login(site: Site) -> None:
    seen = ask_all(site, *(CommandQuestion("echo $PPID $SSH_CONNECTION", WELL) for _ in range(9)))

    assert [each.reason for each in seen] == [Reason.OK] * 9
    assert len({each.evidence.split()[-3] for each in seen}) == 1


@pytest.mark.clause("M-3")
def test_a_slow_command_takes_no_other_command_with_it(site: Site) -> None:
    slow, quick = CommandQuestion("sleep 30", WELL, 1), CommandQuestion("true", WELL)

    found = [each.reason for each in ask_all(site, slow, quick, slow, quick, slow, quick)]

    assert found == [Reason.NOT_MEASURED, Reason.OK] * 3
