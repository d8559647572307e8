"""A service outside hears from us while all is well, and notices our silence."""

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from tests.functions.mailing import office
from tests.functions.watching import FIRST, Watch, told, watch

__all__ = ["office", "told", "watch"]
pytestmark = [pytest.mark.clause("N-8"), pytest.mark.usefixtures("told", "aws")]


@pytest.fixture
def outside(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """A service that hears from us: the paths that were asked for."""
    heard: list[str] = []

    class Service(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            heard.append(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Keep quiet."""

    with HTTPServer(("127.0.0.1", 0), Service) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        monkeypatch.setenv("DEAD_MAN_URL", f"http://127.0.0.1:{server.server_port}/toban")
        yield heard
        server.shutdown()


def test_somebody_outside_hears_from_us_only_while_all_is_well(
    watch: Watch, outside: list[str]
) -> None:
    watch.compile(FIRST)
    watch.beat(FIRST)
    watch.look(minutes=2)
    assert outside == ["/toban"]

    watch.look(minutes=10)
    assert outside == ["/toban"]


def test_that_nobody_outside_answers_is_no_fault_of_a_sweep(
    watch: Watch, nobody_listens: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DEAD_MAN_URL", f"http://127.0.0.1:{nobody_listens}/")

    assert watch.look() == {"watched": 0, "lapses": 0}
