"""Which system a command asks, and what it says when that does not let it in."""

import pytest

from infra.local.command import main


def test_an_account_that_lets_nobody_in_is_told_with_what_to_do_there(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TOBAN_ENDPOINT", "aws")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_PROFILE", "nobody")

    status = main(["incident", "list"])

    (told,) = capsys.readouterr().err.splitlines()
    assert status == 2
    assert told.startswith("The incidents cannot be read from aws")
    assert "log in" in told
