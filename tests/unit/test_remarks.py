"""Our own remarks about the steps of a runbook are said in the reader's language; what the server
said stays as it is.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import respond
from toban.catalogue.diagnostics import inspections
from toban.domain.classification import classify
from toban.domain.repair import HoldReason
from toban.domain.runbook import EntryFailure, InitSystem, UnitState
from toban.text.remarks import is_remark, remarked
from toban.text.words import LOCALES, words

FOLDER = Path(respond.__file__).parent
MODULES = [FOLDER / "guards.py", FOLDER / "login.py", *sorted(FOLDER.glob("steps/*.py"))]
SPOKEN = {"GuardAnswer", "ShellError", "HostKeyChangedError", "note"}
NAMES = {"words", "ending", "ends", "freed", "detail"}
THE_SERVERS_OWN = {"7 (7)", "7 7 %", "7 at 7", "7: 7", "7\n7", "root", ""}
"""Names and figures without a word of ours."""


def said(node: ast.expr) -> Iterator[str]:
    """Yield the sentences that an expression may be, with 7 for whatever is filled in."""
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.JoinedStr(values=parts):
            yield "".join(str(p.value) if isinstance(p, ast.Constant) else "7" for p in parts)
        case ast.BoolOp(values=operands):
            for each in operands:
                yield from said(each)
        case ast.IfExp(body=body, orelse=orelse):
            yield from (*said(body), *said(orelse))


def spoken(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in SPOKEN:
            for each in node.args:
                yield from said(each)
        elif isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) in NAMES:
            yield from said(node.value)


def sentences() -> list[str]:
    found = {s for path in MODULES for s in spoken(ast.parse(path.read_text(encoding="utf-8")))}
    return sorted(found - THE_SERVERS_OWN)


def test_there_are_remarks_to_be_said() -> None:
    assert "nobody seen at work" in sentences()
    assert len(sentences()) > 30


@pytest.mark.parametrize("sentence", sentences())
def test_each_remark_of_our_code_is_said_in_japanese(sentence: str) -> None:
    assert not remarked(sentence, words("ja")).isascii()


@pytest.mark.parametrize("sentence", sentences())
def test_a_remark_stays_as_it_is_in_english(sentence: str) -> None:
    assert remarked(sentence, words("en")) == sentence


@pytest.mark.parametrize(
    ("line", "japanese"),
    [
        ("nginx answers on 127.0.0.1 port 80", "nginx は 127.0.0.1 のポート 80 で応答しています"),
        ("timeout: before a command", "応答なし: コマンドの実行前"),
        ("restarted_recently", words("ja").of(HoldReason.RESTARTED_RECENTLY)),
        ("login_refused: user root", f"{words('ja').of(EntryFailure.LOGIN_REFUSED)}: ユーザ root"),
        (
            "shown until 2026-12-01; nothing later in 3 files",
            "提示中の証明書の期限 2026-12-01。3個のファイルにより新しい証明書はありません",
        ),
        ("/var/log/app-*.log: 3 files deleted", "/var/log/app-*.log: 3個のファイルを削除"),
    ],
)
def test_names_figures_and_codes_are_said_with_it(line: str, japanese: str) -> None:
    assert remarked(line, words("ja")) == japanese


@pytest.mark.parametrize("state", UnitState)
def test_the_state_of_a_unit_is_ours_to_say(state: UnitState) -> None:
    assert not remarked(state, words("ja")).isascii()
    assert remarked(state, words("en")) == state


@pytest.mark.parametrize("init", [InitSystem.SERVICE, InitSystem.SCRIPT])
def test_what_runs_a_unit_is_ours_to_say(init: InitSystem) -> None:
    assert not remarked(f"shop ({init})", words("ja")).isascii()


def test_what_the_figures_of_a_resource_are_due_to_is_ours_to_say() -> None:
    processes = "HEAD\n7 1 root R 93.4 0.5 812 01:00 /usr/bin/php index.php"
    told = {
        "oom": "Out of memory: killed 7\nsda: I/O error",
        "cpu_top": processes,
        "mem_top": "HEAD\n7 root 40.5 2097152 0 java -jar app.jar",
        "dstate": "D 7 1 wait rsync\nZ 8 7 - [sh]",
        "du": "9\t/\n2048000\t/var/log\n",
    }
    idle = classify({"cpu_top": processes.replace("93.4", "3.4")})
    causes = [*classify(told), *idle]

    assert len(causes) == 8
    assert [cause for cause in causes if remarked(cause, words("ja")).isascii()] == []
    assert [cause for cause in causes if remarked(cause, words("en")) != cause] == []


def test_what_the_catalogue_shows_is_a_command_or_ours_to_say() -> None:
    every = [each for found in inspections().values() for each in found]
    shown = {re.sub(r"\$[A-Z]+", "7", each.show) for each in every if each.show}

    assert {line.split()[0] for line in shown if not is_remark(line)} == {"systemctl", "ps"}
    assert not any(is_remark(each.run) for each in every)


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize(
    "line",
    [
        "nginx: [emerg] unknown directive in /etc/nginx/nginx.conf:3",
        "Linux web01 6.1.0-18-amd64",
        "exit status unknown",
        "",
    ],
)
def test_the_servers_own_words_stay_as_they_are(line: str, locale: str) -> None:
    assert remarked(line, words(locale)) == line
