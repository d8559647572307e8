"""The agent's configuration as text: the same for the same sheet, in the customer's language."""

from pathlib import Path

import pytest

from contract.sheet import parse_sheet
from infra.local.agent.configuration import ACCESS_FILE, access_lines, configuration
from infra.local.agent.words import WORDS
from infra.local.command import main
from tests.unit.acme_sheet import ACME
from toban.domain.check import Agent
from toban.domain.contract import Server

EXAMPLE = Path(__file__).parents[2] / "docs/examples/hearing-sheet.yaml"
SECRET = "/toban/acme/web01/snmp"


def server(*monitors: str, agent: str = "version: 3") -> Server:
    head, _, _ = ACME.partition("servers:\n")
    lines = "".join(f"      - {each}\n" for each in monitors)
    text = f"""{head}servers:
  - id: web01
    addresses: [192.0.2.10]
    plan: notify
    agent: {{secret: {SECRET}, {agent}}}
    monitors:
{lines}"""
    return parse_sheet(text.encode(), "acme.yaml").servers[0]


def directives(of: Server, sources: tuple[str, ...] = ("192.0.2.1",)) -> list[str]:
    text = configuration(of, "en", sources)
    return [line for line in text.splitlines() if line and not line.startswith("#")]


HEAD = ["agentAddress udp:161", "dontLogTCPWrappersConnects yes"]
VIEWS = [
    "view toban included .1.3.6.1.2.1",
    "view toban included .1.3.6.1.4.1.2021",
    "view toban included .1.3.6.1.4.1.8072.1.3.2",
]


@pytest.mark.clause("N-11")
def test_version_3_lets_one_user_read_with_privacy() -> None:
    found = directives(server("agent"))

    assert found == [*HEAD, *VIEWS, "rouser toban priv -V toban", f"includeFile {ACCESS_FILE}"]


@pytest.mark.clause("N-11")
def test_version_2c_lets_in_who_asks_from_our_addresses_only() -> None:
    agent = Agent("192.0.2.10", secret=SECRET)

    assert access_lines(agent, ["192.0.2.1", "2001:db8::/64"]) == [
        "rocommunity COMMUNITY 192.0.2.1 -V toban",
        "rocommunity6 COMMUNITY 2001:db8::/64 -V toban",
    ]
    with pytest.raises(ValueError, match="whoever knows the community"):
        access_lines(agent, [])


@pytest.mark.clause("N-11")
def test_lines_are_those_that_the_monitors_read_each_once() -> None:
    monitors = (
        "proc_crond",
        "proc_sshd",
        "{item: proc_custom, id: a, process: php-fpm}",
        "{item: proc_custom, id: b, process: php-fpm, arguments: x}",
        "disk",
        "{item: inode, mount: /}",
        "{item: disk, id: disk-data, mount: /data}",
        "load",
        "zombie",
    )
    found = directives(server(*monitors))[len(HEAD) + len(VIEWS) + 2 :]

    assert found[:-1] == [
        "proc crond 999999 0",
        "proc cron 999999 0",
        "proc php-fpm",
        "disk /",
        "disk /data",
        "load 0 0 0",
    ]
    assert found[-1].startswith("extend toban-zombie /usr/bin/timeout 2 /bin/sh -c 'grep")


def test_an_agent_behind_ipv6_or_at_another_port_listens_there() -> None:
    moved = server("agent", agent="version: 3, port: 1161")

    assert directives(moved)[0] == "agentAddress udp:1161"


@pytest.mark.clause("N-11")
@pytest.mark.parametrize("locale", ["ja", "en"])
def test_the_same_sheet_gives_the_same_text_without_a_secret_in_it(locale: str) -> None:
    of = server("agent", "disk", "mysql_repl")
    text = configuration(of, locale, ["192.0.2.1"])

    assert text == configuration(of, locale, ["192.0.2.1"])
    assert 'createUser toban SHA-256 "AUTH_KEY" AES "PRIV_KEY"' in text
    assert SECRET in text
    assert ("監視" in text) == (locale == "ja")


def test_both_languages_have_the_same_remarks() -> None:
    assert WORDS["ja"].keys() == WORDS["en"].keys()


@pytest.mark.clause("N-11")
def test_a_person_prints_the_file_of_a_server(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["agent", "config", str(EXAMPLE), "db01"]) == 0

    printed = capsys.readouterr().out
    assert printed.startswith("# acme.db01 の監視エージェント")
    assert "proc mysqld 999999 0\n" in printed


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "has several servers: name one of web01, db01."),
        (["web1"], "has no server web1: name one of web01, db01."),
        (["web01"], "web01 is asked in SNMP v2c, which knows no users. Give the monitoring's"),
    ],
)
def test_what_cannot_be_printed_is_refused_in_one_sentence(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["agent", "config", str(EXAMPLE), *arguments]) == 2

    told = capsys.readouterr().err
    assert said in told
    assert len(told.splitlines()) == 1


def test_a_server_without_an_agent_has_no_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sheet = tmp_path / "acme.yaml"
    head = ACME.partition("servers:\n")[0]
    lines = "  - id: web01\n    addresses: [192.0.2.1]\n    plan: notify\n    monitors: [ping]\n"
    sheet.write_text(f"{head}servers:\n{lines}", encoding="utf-8")

    assert main(["agent", "config", str(sheet)]) == 2
    assert 'web01 has no agent. Add "agent:" with "secret:"' in capsys.readouterr().err


def test_an_address_that_is_none_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["agent", "config", str(EXAMPLE), "web01", "--from", "web"])

    assert "'web' is no address; write it like 192.0.2.1" in capsys.readouterr().err
