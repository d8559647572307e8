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


@pytest.mark.parametrize(
    ("name", "value"), [("AWS_PROFILE", "nobody"), ("AWS_ENDPOINT_URL", "aws")]
)
def test_settings_of_aws_that_fit_nothing_are_told_in_one_sentence(
    name: str,
    value: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv(name, value)

    status = main(["preflight", "--region", "ap-northeast-1"])

    (told,) = capsys.readouterr().err.splitlines()
    assert status == 2
    assert told.startswith("AWS cannot be asked")
    assert value in told
    assert "log in" in told


def test_an_instance_that_is_no_arn_is_told_in_one_sentence(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit) as refused:
        main(["preflight", "--connect-instance", "toban"])

    assert refused.value.code == 2
    assert "'toban' is not an instance of Amazon Connect" in capsys.readouterr().err
