"""Our own remarks about the steps of a runbook are said in the reader's language; what the server
said stays as it is.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import respond
from toban.domain.repair import HoldReason
from toban.domain.runbook import EntryFailure
from toban.text.remarks import remarked
from toban.text.words import LOCALES, words

FOLDER = Path(respond.__file__).parent
MODULES = [FOLDER / "guards.py", FOLDER / "login.py", *sorted(FOLDER.glob("steps/*.py"))]
SPOKEN = {"Answer", "ShellError", "HostKeyChangedError", "note"}
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
