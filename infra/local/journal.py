"""What survives the process: one SQLite file in the state folder, written through before an answer
is given.

Without a folder it is kept in memory and ends with the process. SQLite's write-ahead log loses
nothing when the process is killed; a loss of power may cost the last moments (synchronous=NORMAL).
"""

import fcntl
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, TextIO

_FILE = "toban.sqlite3"
_SCHEMA = """
create table if not exists facts (name text primary key, value text not null);
create table if not exists items (
    table_name text, key text, item text not null, primary key (table_name, key));
create table if not exists objects (
    bucket text, key text, document text not null, body blob, file text, primary key (bucket, key));
create table if not exists parameters (name text primary key, document text not null);
create table if not exists executions (
    arn text primary key, machine_arn text not null, name text not null, input text not null,
    started text not null, status text not null, stopped text, ended text);
create table if not exists mails (
    mail_id text primary key, message_id text not null, file text not null, sent integer not null);
create table if not exists invocations (
    id text primary key, function text not null, payload text not null, accepted text not null);
"""


class StateFolderError(RuntimeError):
    """The state folder cannot be worked with; the message says why."""


class Journal:
    """Rows by SQL, one commit each, from any thread; every commit also notes the rule time."""

    def __init__(self, folder: Path | None, now: Callable[[], datetime] | None = None) -> None:
        self.folder = folder
        self._now = now
        self._lock = threading.RLock()
        self._closed = False
        self._held = _hold(folder) if folder else None
        try:
            self._db = _open(folder / _FILE if folder else ":memory:")
        except sqlite3.DatabaseError as error:
            if self._held:
                self._held.close()
            raise StateFolderError(
                f"{_FILE} in the state folder {folder} cannot be read ({error}): "
                "put it back from a copy, or give --state another folder."
            ) from error

    def tell_time_by(self, now: Callable[[], datetime]) -> None:
        """Note `now()` with every commit from here on."""
        self._now = now

    def last_rule_time(self) -> datetime | None:
        """Return the rule time of the last commit, None in a new folder."""
        row = self.row("select value from facts where name = 'rule time'")
        return datetime.fromisoformat(str(row[0])) if row else None

    @contextmanager
    def commit(self) -> Iterator[sqlite3.Connection]:
        """Open a transaction."""
        with self._lock:
            self._db.execute("begin immediate")
            try:
                yield self._db
                self._note_time()
            except BaseException:
                self._db.execute("rollback")
                raise
            self._db.execute("commit")

    def write(self, sql: str, *values: Any) -> None:
        """Run one statement and commit; a closed journal takes nothing more and says nothing."""
        self.write_many(sql, [values])

    def write_many(self, sql: str, rows: Iterable[tuple[Any, ...]]) -> None:
        """Run one statement for every row, all or none."""
        with self._lock:
            if not self._closed:
                with self.commit() as db:
                    db.executemany(sql, rows)

    def rows(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        """Return all rows of a query."""
        with self._lock:
            return list(self._db.execute(sql, values))

    def row(self, sql: str, *values: Any) -> tuple[Any, ...] | None:
        """Return the first row of a query, None when there is none."""
        found = self.rows(sql, *values)
        return found[0] if found else None

    def note_time(self) -> None:
        """Note the rule time, for a system in which nothing happens."""
        with self._lock:
            if not self._closed:
                with self.commit():
                    pass

    def close(self) -> None:
        """Close the file and release the folder."""
        with self._lock:
            self._closed = True
            self._db.close()
            if self._held:
                self._held.close()

    def _note_time(self) -> None:
        if self._now:
            sql = "insert or replace into facts values ('rule time', ?)"
            self._db.execute(sql, (self._now().isoformat(),))


def _open(path: Path | str) -> sqlite3.Connection:
    database = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
    try:
        database.execute("pragma journal_mode=wal")
        database.execute("pragma synchronous=normal")
        database.executescript(_SCHEMA)
    except sqlite3.DatabaseError:
        database.close()
        raise
    return database


def _hold(folder: Path) -> TextIO:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    held = (folder / "lock").open("w")
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        held.close()
        raise StateFolderError(
            f"The state folder {folder} is in use by another toban: "
            "stop it, or give --state another folder."
        ) from None
    return held
