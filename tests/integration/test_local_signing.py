"""KMS on one machine: a key that really signs, and that the next start still has."""

from pathlib import Path

from infra.local.system import LocalSystem
from toban import authority

ALIAS = "alias/toban-ssh-authority"
ADDRESSES = {"SenderAddress": "toban@msp.example", "OperatorAddress": "operator@msp.example"}


def test_the_authority_is_the_same_after_a_restart_and_another_one_elsewhere(
    tmp_path: Path,
) -> None:
    lines = []
    for folder in ("state", "state", "other"):
        with LocalSystem(state=tmp_path / folder, aws_port=0, parameters=ADDRESSES):
            lines.append(authority.trusted_line(ALIAS))

    assert lines[0] == lines[1] != lines[2]
    assert lines[0].startswith("ecdsa-sha2-nistp256 AAAA")
