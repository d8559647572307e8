"""A real nginx as the web service of a demonstration server, with its own folder for everything it writes."""

import shlex
import shutil
import subprocess
from pathlib import Path

from infra.local.demo.services import Service, Services

_CONFIGURATION = """\
{user}
worker_processes 1;
pid {folder}/run/nginx.pid;
error_log {folder}/log/nginx.log warn;
events {{ worker_connections 64; }}
http {{
  access_log off;
  client_body_temp_path {folder}/nginx/body;
  proxy_temp_path {folder}/nginx/proxy;
  fastcgi_temp_path {folder}/nginx/fastcgi;
  uwsgi_temp_path {folder}/nginx/uwsgi;
  scgi_temp_path {folder}/nginx/scgi;
  server {{
    listen {address}:{port};
    location / {{ return 200 "welcome to the shop\\n"; }}
  }}
}}
"""


def find() -> str | None:
    """Return the nginx of this machine when it can be run without touching the machine's own files."""
    program = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin")
    if program is None:
        return None
    # -e (nginx 1.19.5) keeps it from opening /var/log/nginx/error.log
    answer = subprocess.run([program, "-e", "stderr", "-v"], capture_output=True, check=False)
    return program if answer.returncode == 0 else None


def install(services: Services, program: str, address: str, port: int, user: str) -> None:
    """Configure nginx and put a wrapper in front of the machine's own, so that `nginx -t` tests this server's."""
    folder = services.folder
    (folder / "nginx").mkdir()
    configuration = folder / "etc" / "nginx.conf"
    configuration.write_text(
        _CONFIGURATION.format(
            folder=folder, address=address, port=port, user=f"user {user};" if user == "root" else ""
        )
    )
    own = [program, "-p", str(folder / "nginx"), "-c", str(configuration)]
    own += ["-e", str(folder / "log" / "nginx.log")]
    services.program("nginx", f'#!/bin/sh\nexec {shlex.join(own)} "$@"\n')
    wrapper = str(folder / "bin" / "nginx")
    services.install(Service("nginx", (wrapper,), test=(wrapper, "-t"), writes_pid=True))


def configuration_of(folder: Path) -> Path:
    """Return the file that `nginx -t` reads on this server."""
    return folder / "etc" / "nginx.conf"
