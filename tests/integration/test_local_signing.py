"""KMS on one machine: a key that really signs, and that the next start still has."""

import os
import subprocess
import sys
from pathlib import Path

from infra.local.commands.sheet import described
from infra.local.demo.servers.ssh import RealSshServer
from infra.local.system import LocalSystem
from respond.credentials import credentials
from respond.shell import enter
from tests.integration.respond_site.peers import ADDRESS, needs_sshd
from tests.unit.acme_sheet import ACME, read
from toban import authority
from toban.domain.contract import Server
from toban.domain.plan import Plan

ALIAS = "alias/toban-ssh-authority"
ADDRESSES = {"SenderAddress": "toban@msp.example", "OperatorAddress": "operator@msp.example"}
ROOT = Path(__file__).parents[2]


def local(folder: Path | None = None) -> LocalSystem:
    return LocalSystem(state=folder, parameters=ADDRESSES)


def test_the_authority_is_the_same_after_a_restart_and_another_one_elsewhere(
    tmp_path: Path,
) -> None:
    lines = []
    for folder in ("state", "state", "other"):
        with local(tmp_path / folder):
            lines.append(authority.trusted_line(ALIAS))

    assert lines[0] == lines[1] != lines[2]


def printed(endpoint: str, user: str) -> list[str]:
    """Return what `toban access ca` prints, another process."""
    command = [sys.executable, "-m", "infra.local.command", "access", "ca", "acme"]
    known = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    done = subprocess.run(
        [*command, "--user", user, "--endpoint", endpoint],
        cwd=ROOT,
        env=known,
        stdout=subprocess.PIPE,
        check=True,
    )
    return done.stdout.decode().splitlines()


def test_the_check_of_a_sheet_says_which_servers_have_to_trust_it() -> None:
    text = ACME.replace("key: /toban/acme/web01/ssh-key", "certificate: yes")
    told = "    has to trust our certificates: toban access ca acme --user toban"

    assert told in described(read(text))
    assert told not in described(read(ACME))


@needs_sshd
def test_what_is_printed_for_a_server_lets_the_functions_in(tmp_path: Path) -> None:
    with local() as system:
        first, line, second, principal, _, *config = printed(system.endpoint.url, "root")
        options = [*config, "Match all"]
        for head, text in ((first, line), (second, principal)):
            place = head.removeprefix("# ")
            file = tmp_path / Path(place).name
            file.write_text(f"{text}\n", encoding="ascii")
            options = [each.replace(place, str(file)) for each in options]
        with RealSshServer(tmp_path / "sshd", ADDRESS, [], options=options) as sshd:
            server = Server("acme.web01", Plan.RESPOND, (ADDRESS,), (), sshd.access("root", ""))
            with enter(server, credentials("acme.web01.20261123T120000Z")) as shell:
                assert shell.run("echo in", 10, 100).output == "in"
