"""Real services of the machine, each with a sound configuration and one with an error in it."""

import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from respond.course import RepairAttempt
from respond.repair import repair
from tests.integration.daemons import free_port, program, written
from tests.integration.respond_site.machine import Machine, own_folder
from tests.integration.respond_site.site import NOON, secret
from tests.loopback import loopback
from toban.catalogue.menu import menu
from toban.domain.check import Check, Kind, ProcessQuestion
from toban.domain.consent import NOTHING_AGREED, Consent
from toban.domain.contract import Family, Monitor
from toban.domain.repair import HoldReason, StepName

HERE = loopback(66)


@dataclass(frozen=True, slots=True)
class Service:
    """One unit of the machine: `broken` is a line with an error for `config`, "" where nothing
    tests it.
    """

    item: str
    name: str
    port: int
    config: Path
    broken: str = ""
    address: str = HERE

    @property
    def mistyped(self) -> str:
        """The word of the error that its test repeats."""
        (word,) = re.findall(r"lisen|optoins|primary_hostnam|imuxsok|no_such_option", self.broken)
        return str(word)

    def monitor(self) -> Monitor:
        """Return the item of the menu that watches it."""
        item = menu()[self.item]
        check = Check(f"acme.web01.{self.item}", Kind.TCP, self.address, self.port)
        if item.kind is Kind.PROCESS:
            question = ProcessQuestion(item.process)
            check = Check(f"acme.web01.{self.item}", Kind.PROCESS, HERE, process=question)
        names = (self.item, Family.PORT, item.name_ja, item.name_en, item.priority)
        return Monitor(check.monitor_id, *names, check, item.runbook, item.unit)


def nginx(machine: Machine, folder: Path) -> Service:
    port, real = free_port(HERE), program("nginx", "nginx")
    text = (
        f"daemon off; worker_processes 1; pid {folder}/p; error_log {folder}/error.log;\n"
        f"events {{ }}\nhttp {{ access_log off; client_body_temp_path {folder}/b;\n"
        f"proxy_temp_path {folder}/x; fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u;\n"
        f"scgi_temp_path {folder}/s; server {{ listen {HERE}:{port}; root {folder}; }} }}\n"
    )
    config = written(folder, "nginx.conf", text)
    machine.add("nginx", f"{real} -c {config}", {"nginx": f"{real} -c {config}"})
    return Service("http", "nginx", port, config, "lisen 80;")


def named(machine: Machine, folder: Path) -> Service:
    # it binds to addresses of interfaces only, of which the loopback has one
    port, real = free_port(), program("named", "bind9")
    text = (
        f'options {{ directory "{folder}"; listen-on port {port} {{ 127.0.0.1; }};'
        " listen-on-v6 { none; }; recursion no; pid-file none; session-keyfile none; };\n"
        "controls { };\n"
    )
    config = written(folder, "named.conf", text)
    machine.add("named", f"{real} -f -c {config} -n 1")
    checker = program("named-checkconf", "bind9-utils")
    machine.say("named-checkconf", f"#!/bin/sh\nexec {checker} -z {config}\n")
    return Service("dns", "named", port, config, "optoins { };", "127.0.0.1")


def exim(machine: Machine, folder: Path) -> Service:
    port, real = free_port(HERE), program("exim4", "exim4-daemon-light")
    text = (
        f"primary_hostname = mx.example\nspool_directory = {folder}\nhost_lookup =\n"
        f"log_file_path = {folder}/%slog\ndaemon_smtp_ports = {port}\nlocal_interfaces = {HERE}\n"
    )
    config = written(folder, "exim.conf", text)
    folder.chmod(0o777)
    machine.add("exim4", f"{real} -bdf -oP /dev/null -C {config}", {"exim4": f"{real} -C {config}"})
    return Service("smtp", "exim4", port, config, "primary_hostnam = mx")


def dovecot(machine: Machine, folder: Path) -> Service:
    port, real = free_port(HERE), program("dovecot", "dovecot-imapd")
    text = (
        f"base_dir = {folder}/run\nprotocols = imap\nlisten = {HERE}\nssl = no\n"
        f"log_path = {folder}/log\nservice imap-login {{\n inet_listener imap {{\n"
        f"  port = {port}\n }}\n inet_listener imaps {{\n  port = 0\n }}\n}}\n"
    )
    config = written(folder, "dovecot.conf", text)
    tools = {"doveconf": f"{program('doveconf', 'dovecot-core')} -c {config}"}
    machine.add("dovecot", f"{real} -F -c {config}", tools)
    return Service("imap", "dovecot", port, config, "no_such_option = 1")


def memcached(machine: Machine, folder: Path) -> Service:
    port, real = free_port(HERE), program("memcached", "memcached")
    machine.add("memcached", f"{real} -l {HERE} -p {port} -u nobody")
    return Service("memcached", "memcached", port, written(folder, "none", ""))


def vsftpd(machine: Machine, folder: Path) -> Service:
    port, real = free_port(HERE), program("vsftpd", "vsftpd")
    (folder / "empty").mkdir()
    lines = {
        **{"listen": "YES", "listen_address": HERE, "listen_port": port, "background": "NO"},
        **{"anonymous_enable": "YES", "secure_chroot_dir": folder / "empty"},
        **{"seccomp_sandbox": "NO", "isolate": "NO", "isolate_network": "NO"},
    }
    config = written(folder, "vsftpd.conf", "".join(f"{k}={v}\n" for k, v in lines.items()))
    machine.add("vsftpd", f"{real} {config}")
    return Service("ftp", "vsftpd", port, config)


def cron(machine: Machine, folder: Path) -> Service:
    if subprocess.run(["pgrep", "-x", "cron"], capture_output=True, check=False).stdout:
        pytest.skip("this machine runs a cron of its own, and there is one of it only")
    machine.add("cron", f"{program('cron', 'cron')} -f")
    return Service("proc_crond", "cron", 0, written(folder, "none", ""))


def rsyslog(machine: Machine, folder: Path) -> Service:
    real = program("rsyslogd", "rsyslog")
    text = f'module(load="imuxsock" SysSock.Name="{folder}/log")\n*.* {folder}/all.log\n'
    config = written(folder, "rsyslog.conf", text)
    command = f"{real} -f {config} -i {folder}/pid"
    machine.add("rsyslog", f"{command} -n", {"rsyslogd": command})
    return Service("proc_rsyslogd", "rsyslog", 0, config, 'module(load="imuxsok")')


def chrony(machine: Machine, folder: Path) -> Service:
    real, port = program("chronyd", "chrony"), free_port()
    text = f"cmdport {port}\nbindcmdaddress 127.0.0.1\nbindcmdaddress /\n"
    text += f"pidfile {folder}/pid\nport 0\n"
    config = written(folder, "chrony.conf", text)
    tools = {"chronyc": f"/usr/bin/chronyc -h 127.0.0.1 -p {port}"}
    machine.add("chrony", f"{real} -d -x -u root -f {config}", tools)
    return Service("proc_chronyd", "chrony", 0, config)


def redis(machine: Machine, folder: Path) -> Service:
    port, real = free_port(HERE), program("redis-server", "redis-server")
    text = f"port {port}\nbind {HERE}\ndir {folder}\ndaemonize no\n"
    config = written(folder, "redis.conf", text)
    machine.add("redis-server", f"{real} {config}")
    return Service("redis", "redis-server", port, config)


def mariadb(machine: Machine, folder: Path) -> Service:
    port, real, data = free_port(HERE), program("mariadbd", "mariadb-server"), folder / "data"
    written(folder, "none", "")
    data.mkdir()
    for place in (data, folder):
        shutil.chown(place, "mysql")
    install = ["mariadb-install-db", "--no-defaults", "--user=mysql", f"--datadir={data}"]
    subprocess.run([*install, "--skip-test-db"], capture_output=True, check=True)
    text = (
        f"[mysqld]\ndatadir={data}\nsocket={folder}/s\nport={port}\nbind-address={HERE}\n"
        f"innodb-buffer-pool-size=8M\npid-file={folder}/p\nmax_connections=10\n"
    )
    config = written(folder, "my.cnf", text)
    command = f"{real} --defaults-file={config}"
    machine.add("mariadb", f"{command} --user=mysql", {"mariadbd": command})
    return Service("mysql", "mariadb", port, config, "no_such_option=1")


def postgresql(machine: Machine, folder: Path) -> Service:
    port, data = free_port(HERE), folder / "data"
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
    if not found:
        pytest.skip("the real postgres is not asked: install the Debian package postgresql")
    program("pg_isready", "postgresql-client-common")
    written(folder, "none", "")
    shutil.chown(folder, "postgres")
    initdb = [str(found[-1].with_name("initdb")), "-D", str(data), "-A", "trust", "--no-sync"]
    subprocess.run(initdb, capture_output=True, check=True, user="postgres", cwd=folder)
    user = "setpriv --reuid postgres --regid postgres --clear-groups"
    # /dev/shm is measured by other tests
    options = f"-D {data} -p {port} -h {HERE} -k {folder} -c dynamic_shared_memory_type=mmap"
    machine.add("postgresql@15-main", f"{user} {found[-1]} {options}")
    return Service("postgresql", "postgresql@15-main", port, data / "postgresql.conf")


Make = Callable[[Machine, Path], Service]
EVERY: dict[str, Make] = {
    "web": nginx,
    "dns": named,
    "mail": exim,
    "imap": dovecot,
    "ftp": vsftpd,
    "cron": cron,
    "syslog": rsyslog,
    "time": chrony,
    "redis": redis,
    "memcached": memcached,
    "database": mariadb,
    "postgresql": postgresql,
}


@contextmanager
def machine_with(
    make: Make, mounts: str = "", user: str = "root"
) -> Iterator[tuple[Machine, Service]]:
    """A machine with one service."""
    with own_folder() as folder:
        machine = Machine(folder / "machine", mounts=mounts, user=user)
        try:
            (folder / "service").mkdir()
            yield machine, make(machine, folder / "service")
        finally:
            machine.close()


def repaired(
    machine: Machine, monitor: Monitor, *others: Monitor, consent: Consent = NOTHING_AGREED
) -> RepairAttempt:
    """Carry out the monitor's runbook; every change is granted."""
    server = machine.server(monitor, *others, consent=consent)
    return repair(server, monitor, secret, lambda _: HoldReason.NONE, lambda: NOON)


def words(attempt: RepairAttempt, step: StepName) -> str:
    """Return what the steps of that name said."""
    return " ".join(told.detail for told in attempt.report.steps if told.name is step)
