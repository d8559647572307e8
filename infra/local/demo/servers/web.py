"""A web server to watch, kill and repair: nginx where it is installed, else an embedded one."""

import http.client
import json
import os
import shutil
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from infra.local.demo.servers.daemon import Daemon, go_to_background

PAGE = "<html><head><title>demo</title></head><body>It works: お知らせ</body></html>"


class WebServer(Daemon):
    """Serves one page at every path. Its configuration can be spoiled, so that no start succeeds
    until it is mended.
    """

    def __init__(
        self, address: str, port: int, folder: Path, program: str = "nginx", page: str = PAGE
    ) -> None:
        super().__init__(address, port, folder, program)
        self.page = page
        self.mend()

    @property
    def config_file(self) -> Path:
        """The configuration that a start reads and a runbook may test."""
        return self.folder / f"{self.program}.conf"

    @property
    def test_command(self) -> list[str]:
        """The command that tests the configuration and ends with 0 when it is in order."""
        raise NotImplementedError

    def mend(self) -> None:
        """Write a configuration that is in order."""
        self.config_file.write_text(self._configuration(), encoding="utf-8")

    def spoil(self) -> None:
        """Write a mistake into the configuration: a running server runs on, a start fails."""
        spoilt = f"{self._configuration()}\nlisten_to nobody\n"
        self.config_file.write_text(spoilt, encoding="utf-8")

    def answers(self) -> bool:
        """Tell whether the page is served."""
        connection = http.client.HTTPConnection(self.address, self.port, timeout=2)
        try:
            connection.request("GET", "/")
            return connection.getresponse().status == http.HTTPStatus.OK
        except OSError:
            return False
        finally:
            connection.close()

    def _configuration(self) -> str:
        raise NotImplementedError


class NginxServer(WebServer):
    """The real nginx, run under the name `program` so that one machine can play several servers."""

    @property
    def start_command(self) -> list[str]:
        """Start nginx as a daemon with this configuration."""
        return [str(self._named_program()), "-c", str(self.config_file), "-e", str(self.log_file)]

    @property
    def test_command(self) -> list[str]:
        """Test the configuration with nginx itself."""
        return [*self.start_command, "-t"]

    def _named_program(self) -> Path:
        link = self.folder / self.program
        program = nginx_program()
        if program and not link.is_symlink():
            link.symlink_to(program)
        return link

    def _configuration(self) -> str:
        pages = self.folder / "pages"
        pages.mkdir(exist_ok=True)
        (pages / "index.html").write_text(self.page, encoding="utf-8")
        user = "user root;" if os.geteuid() == 0 else ""
        scratch = "\n".join(
            f"  {kind}_temp_path {self.folder}/{kind};"
            for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        host = f"[{self.address}]" if ":" in self.address else self.address
        return f"""{user}
pid {self.pid_file};
error_log {self.log_file};
worker_processes 1;
events {{ worker_connections 256; }}
http {{
{scratch}
  access_log off;
  types {{ text/html html; }}
  charset utf-8;
  server {{
    listen {host}:{self.port};
    root {pages};
    location / {{ try_files $uri /index.html; }}
  }}
}}
"""


class EmbeddedWebServer(WebServer):
    """A small HTTP server in a process of its own, for machines without nginx."""

    @property
    def start_command(self) -> list[str]:
        """Start this module as a daemon."""
        root = Path(__file__).parents[4]
        module = "infra.local.demo.servers.web"
        return ["env", f"PYTHONPATH={root}", sys.executable, "-m", module, str(self.config_file)]

    @property
    def test_command(self) -> list[str]:
        """Read the configuration without serving."""
        return [*self.start_command, "--test"]

    def _configuration(self) -> str:
        return json.dumps(
            {
                "address": self.address,
                "port": self.port,
                "page": self.page,
                "program": self.program,
                "pid_file": str(self.pid_file),
            }
        )


def nginx_program() -> str | None:
    """Return where nginx is installed, or None."""
    return shutil.which("nginx") or shutil.which("/usr/sbin/nginx")


class _Page(BaseHTTPRequestHandler):
    """Answers every path with the page."""

    page = b""

    def do_GET(self) -> None:
        """Send the page."""
        self.do_HEAD()
        self.wfile.write(self.page)

    def do_HEAD(self) -> None:
        """Send the status and the headers."""
        self.send_response(http.HTTPStatus.OK)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(self.page)))
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Keep quiet: a demonstration asks every few seconds."""


def main(arguments: list[str]) -> int:
    """Serve what the configuration file says, or say in one sentence what is wrong with it."""
    config_file = Path(arguments[0])
    try:
        config = json.loads(config_file.read_text(encoding="utf-8"))
    except ValueError as error:
        sys.stderr.write(f"{config_file}: {error}; the file must be one JSON object\n")
        return 1
    if "--test" in arguments:
        sys.stderr.write(f"{config_file}: syntax is ok\n")
        return 0
    _Page.page = config["page"].encode()
    try:
        server = ThreadingHTTPServer((config["address"], config["port"]), _Page)
    except OSError as error:
        sys.stderr.write(f"cannot listen on {config['address']}:{config['port']}: {error}\n")
        return 1
    go_to_background(Path(config["pid_file"]), config["program"])
    server.serve_forever()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
