"""The command of the item mysql_repl on two real MariaDB servers, one the replica of the other."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.integration.daemons import program
from tests.integration.peers import HERE
from tests.integration.test_probe_mysql import NEEDS_ROOT, mariadb, sql
from toban.catalogue.menu import menu

ACCOUNT = "CREATE USER toban@'%' IDENTIFIED BY 'sesame'; GRANT REPLICA MONITOR ON *.* TO toban@'%'"
REPLICA = "CREATE USER repl@'%' IDENTIFIED BY 'x'; GRANT REPLICATION SLAVE ON *.* TO repl@'%'"
MOST_LOOKS = 200


def look(folder: Path, port: int) -> tuple[str, int]:
    """Run the command as the agent does; return what it printed and its exit status."""
    defaults = folder / "mysql.cnf"
    lines = ("[client]", f"host={HERE}", f"port={port}", "user=toban", "password=sesame")
    defaults.write_text("\n".join(lines) + "\n")
    command = menu()["mysql_repl"].extend.replace("/etc/toban/mysql.cnf", str(defaults))
    done = subprocess.run(["/bin/sh", "-c", command], capture_output=True, text=True, check=False)
    return done.stdout.strip(), done.returncode


def eventually(wanted: str, ask: Callable[[], tuple[str, int]]) -> bool:
    """Ask until the command prints what is wanted, or give up."""
    return any(ask()[0] == wanted for _ in range(MOST_LOOKS))


@NEEDS_ROOT
@pytest.mark.clause("N-3")
def test_a_replica_is_seen_without_a_source_stopped_and_following(tmp_path: Path) -> None:
    program("mysql", "mariadb-client")
    source, replica = tmp_path / "source", tmp_path / "replica"
    source.mkdir()
    replica.mkdir()
    binary_log = ("--server-id=1", "--log-bin=binlog")
    with mariadb(source, *binary_log) as port, mariadb(replica, "--server-id=2") as own_port:
        assert look(tmp_path, own_port)[1] != 0  # it does not know us yet
        sql(replica, ACCOUNT)
        assert look(tmp_path, own_port) == ("bad not configured", 0)

        place = f"MASTER_HOST='{HERE}', MASTER_PORT={port}, MASTER_SSL_VERIFY_SERVER_CERT=0"
        start = f"MASTER_USER='repl', MASTER_PASSWORD='x', {place}, MASTER_CONNECT_RETRY=1"
        sql(replica, f"CHANGE MASTER TO {start}; START SLAVE")
        assert look(tmp_path, own_port) == ("bad a thread does not run", 0)  # no such user

        sql(source, f"{REPLICA}; RESET MASTER")  # both have the account app already
        sql(replica, "STOP SLAVE; START SLAVE")
        assert eventually("0", lambda: look(tmp_path, own_port))

        sql(replica, "STOP SLAVE SQL_THREAD")
        assert look(tmp_path, own_port) == ("bad a thread does not run", 0)
