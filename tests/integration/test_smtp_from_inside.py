"""A mail server that no function may connect to, asked on its own server over SSH (N-3)."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from contract.own_question import greeting_from_inside
from contract.watched import Watched
from infra.local.demo.servers.ssh import real_sshd
from respond.commands import run
from tests.integration.daemons import free_port, program, running, written
from tests.integration.peers import HERE, listening, silent
from tests.integration.respond_site.site import NOON, Site, secret
from tests.integration.test_probe_daemons import NEEDS_ROOT
from tests.loopback import loopback
from toban.domain.observation import Observation, Reason


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("mail") / "site"
    made = Site(folder, loopback(73), real=bool(real_sshd()))
    yield made
    made.close()


def look(site: Site, port: int) -> Observation:
    watched = Watched(site.server().server_id, (site.address,), None)
    question = greeting_from_inside(port, watched, "acme.web01.smtp")
    monitor = replace(site.monitor(), monitor_id="acme.web01.smtp", check=question.check)
    [seen] = run(site.server(), [monitor], secret, lambda: NOON)
    return seen


@NEEDS_ROOT
@pytest.mark.clause("N-3")
def test_a_real_mail_server_greets_and_is_missed_when_it_is_gone(
    site: Site, tmp_path: Path
) -> None:
    port = free_port()
    text = (
        f"primary_hostname = mx.example\nspool_directory = {tmp_path}\n"
        f"log_file_path = {tmp_path}/%slog\ndaemon_smtp_ports = {port}\n"
        f"local_interfaces = {HERE}\nhost_lookup =\n"
    )
    file = written(tmp_path, "exim.conf", text)
    tmp_path.chmod(0o777)
    command = [program("exim4", "exim4-daemon-light"), "-bdf", "-oP", "/dev/null", "-C", str(file)]
    with running(command, port, tmp_path):
        well = look(site, port)
    gone = look(site, port)

    assert well.reason is Reason.OK
    assert well.evidence.startswith("220 mx.example ESMTP Exim")
    assert gone.reason is Reason.BAD_STATE


def test_a_mail_server_that_turns_everybody_away_is_down(site: Site) -> None:
    def refuses(peer: object) -> None:
        peer.sendall(b"554 no service here\r\n")  # type: ignore[attr-defined]

    with listening(refuses) as port:
        seen = look(site, port)

    assert (seen.reason, "554 no service" in seen.evidence) == (Reason.BAD_STATE, True)


def test_a_mail_server_that_accepts_and_stays_silent_is_down(site: Site) -> None:
    with listening(silent) as port:
        assert look(site, port).reason is Reason.BAD_STATE
