"""A web server that is killed and started again, as its monitors see it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.local.demo.servers.web import (
    EmbeddedWebServer,
    NginxServer,
    WebServer,
    nginx_program,
)
from tests.integration.peers import HERE, free_port, http_check, observe, tcp_check
from toban.domain.check import HttpQuestion
from toban.domain.observation import Reason

SERVERS = [
    pytest.param(
        NginxServer,
        id="nginx",
        marks=pytest.mark.skipif(
            nginx_program() is None,
            reason="the real web server is not asked: install the Debian package nginx",
        ),
    ),
    pytest.param(EmbeddedWebServer, id="embedded"),
]


@pytest.fixture(params=SERVERS)
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[WebServer]:
    started: WebServer = request.param(HERE, free_port(), tmp_path)
    started.start()
    yield started
    started.stop()


@pytest.mark.clause("N-1", "N-3")
def test_all_monitors_of_a_web_server_follow_its_life(server: WebServer) -> None:
    checks = [
        tcp_check(server.port),
        http_check(server.port, HttpQuestion(method="HEAD", any_status=True)),
        http_check(server.port, HttpQuestion()),
        http_check(server.port, HttpQuestion(must_contain=server.page)),
    ]
    assert [observe(check).reason for check in checks] == [Reason.OK] * 4
    server.kill()
    assert [observe(check).reason for check in checks] == [Reason.REFUSED] * 4
    server.start()
    assert [observe(check).reason for check in checks] == [Reason.OK] * 4
