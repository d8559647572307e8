"""Each entry of the menu against the catalogue's own tables (sections 2.1 to 2.4), and each process
against processes as servers show them.
"""

import pytest

from probe.probers.facts import AgentFacts
from probe.probers.process import (
    RUN_NAME,
    RUN_PARAMETERS,
    RUN_PATH,
    RUN_STATUS,
    measure_process,
)
from tests.unit.dictionary_agent import Objects, told
from toban.catalogue.menu import menu
from toban.domain.check import ProcessQuestion
from toban.domain.observation import Status

CATALOGUE = """\
ping 10 Y rb_host | ssh 20 Y rb_ssh | agent 22 N rb_unit | dns 40 Y rb_unit | mysql 50 Y rb_db
postgresql 51 Y rb_db | redis 60 Y rb_unit | memcached 61 N rb_unit | tomcat 62 Y rb_unit
http 70 Y rb_unit | https 71 Y rb_unit | smtp 80 Y rb_unit | submission 81 Y rb_unit
smtps 82 Y rb_unit | imap 83 Y rb_unit | imaps 84 Y rb_unit | pop3 85 Y rb_unit | pop3s 86 Y rb_unit
ftp 90 Y rb_unit | tcp 92 Y rb_unit | url_status 72 Y rb_url | url_keyword 73 Y rb_url
cert_expiry 120 Y rb_cert | mysql_repl 52 Y rb_notify | mail_queue 87 N rb_notify
raid_hw 32 Y rb_notify | fs_ro 29 Y rb_notify | time_offset 104 N rb_unit | reboot 105 N rb_notify
proc_sshd 21 Y rb_unit | proc_named 41 Y rb_unit | proc_mysqld 50 Y rb_unit
proc_postgres 51 Y rb_unit | proc_redis 60 Y rb_unit | proc_memcached 61 N rb_unit
proc_tomcat 62 Y rb_unit | proc_phpfpm 63 Y rb_unit | proc_httpd 70 Y rb_unit
proc_nginx 70 Y rb_unit | proc_haproxy 69 Y rb_unit | proc_postfix 80 Y rb_unit
proc_dovecot 83 Y rb_unit | proc_vsftpd 90 Y rb_unit | proc_crond 100 N rb_unit
proc_rsyslogd 101 N rb_unit | proc_ntpd 102 N rb_unit | proc_chronyd 102 N rb_unit
proc_snmpd 103 N rb_unit | proc_custom 95 Y rb_unit
disk 30 Y rb_disk | inode 31 Y rb_disk | mem 112 N rb_notify | swap 113 N rb_notify
cpu 110 N rb_notify | load 111 N rb_notify | traffic 115 N rb_notify | proc_total 114 N rb_notify
zombie 116 N rb_notify | fd 117 N rb_notify | diskio 118 N rb_notify"""
ROWS = [row.split() for line in CATALOGUE.splitlines() for row in line.split(" | ")]

OURS = {"proc_sshd": "rb_ssh", "proc_mysqld": "rb_db", "proc_postgres": "rb_db"}
OURS |= dict.fromkeys(("redis", "proc_redis"), "rb_redis")
"""Where a more careful procedure stands in the place of a plain restart: that of the port."""


@pytest.mark.clause("N-3", "P-4", "P-8")
@pytest.mark.parametrize(("name", "priority", "phone", "runbook"), ROWS, ids=[r[0] for r in ROWS])
def test_an_entry_is_as_the_catalogue_has_it(
    name: str, priority: str, phone: str, runbook: str
) -> None:
    item = menu()[name]

    assert (item.priority, item.phone) == (int(priority), phone == "Y")
    assert item.runbook == OURS.get(name, runbook)


def test_the_catalogue_has_no_entry_that_the_menu_lacks_but_the_customers_own() -> None:
    assert set(menu()) == {name for name, *_ in ROWS} | {"oid", "command"}


Process = tuple[str, str, str]
"""What the agent tells: hrSWRunName (15 letters), hrSWRunPath, hrSWRunParameters."""

RUNNING: list[tuple[str, Process]] = [
    ("proc_sshd", ("sshd", "sshd: /usr/sbin/sshd -D [listener] 0 of 10-100 startups", "")),
    ("proc_sshd", ("sshd", "/usr/sbin/sshd", "-D")),
    ("proc_named", ("named", "/usr/sbin/named", "-u named")),
    ("proc_mysqld", ("mysqld", "/usr/sbin/mysqld", "")),
    ("proc_mysqld", ("mariadbd", "/usr/sbin/mariadbd", "")),
    ("proc_postgres", ("postgres", "/usr/pgsql-16/bin/postgres", "-D /var/lib/pgsql/16/data/")),
    ("proc_postgres", ("postmaster", "/usr/bin/postmaster", "-D /var/lib/pgsql/data")),
    ("proc_redis", ("redis-server", "/usr/bin/redis-server 127.0.0.1:6379", "")),
    ("proc_redis", ("valkey-server", "/usr/bin/valkey-server 127.0.0.1:6379", "")),
    ("proc_memcached", ("memcached", "/usr/bin/memcached", "-m 64 -p 11211")),
    ("proc_tomcat", ("java", "/usr/bin/java", "-Dcatalina.home=/usr/share/tomcat10 -cp x")),
    ("proc_phpfpm", ("php-fpm8.2", "php-fpm: master process (/etc/php/8.2/fpm/php-fpm.conf)", "")),
    ("proc_phpfpm", ("php-fpm", "php-fpm: master process (/etc/php-fpm.conf)", "")),
    ("proc_httpd", ("httpd", "/usr/sbin/httpd", "-DFOREGROUND")),
    ("proc_httpd", ("apache2", "/usr/sbin/apache2", "-k start")),
    ("proc_nginx", ("nginx", "nginx: master process /usr/sbin/nginx", "")),
    ("proc_haproxy", ("haproxy", "/usr/sbin/haproxy", "-Ws -f /etc/haproxy/haproxy.cfg")),
    ("proc_postfix", ("master", "/usr/lib/postfix/sbin/master", "-w")),
    ("proc_postfix", ("master", "/usr/libexec/postfix/master", "-w")),
    ("proc_dovecot", ("dovecot", "/usr/sbin/dovecot", "-F")),
    ("proc_vsftpd", ("vsftpd", "/usr/sbin/vsftpd", "/etc/vsftpd.conf")),
    ("proc_vsftpd", ("proftpd", "proftpd: (accepting connections)", "")),
    ("proc_crond", ("crond", "/usr/sbin/crond", "-n")),
    ("proc_crond", ("cron", "/usr/sbin/cron", "-f")),
    ("proc_rsyslogd", ("rsyslogd", "/usr/sbin/rsyslogd", "-n")),
    ("proc_ntpd", ("ntpd", "/usr/sbin/ntpd", "-u ntp:ntp")),
    ("proc_chronyd", ("chronyd", "/usr/sbin/chronyd", "-F 1")),
    ("proc_snmpd", ("snmpd", "/usr/sbin/snmpd", "-LOw -f")),
]
OTHERS: list[tuple[str, Process]] = [
    ("proc_sshd", ("sshd", "sshd: hanako [priv]", "")),
    ("proc_named", ("systemd-resolve", "/usr/lib/systemd/systemd-resolved", "")),
    ("proc_mysqld", ("mysqld_safe", "/bin/sh /usr/bin/mysqld_safe", "")),
    ("proc_postgres", ("postgres", "postgres: walwriter", "")),
    ("proc_tomcat", ("java", "/usr/bin/java", "-jar /srv/app.jar")),
    ("proc_phpfpm", ("php-fpm8.2", "php-fpm: pool www", "")),
    ("proc_nginx", ("nginx", "nginx: worker process", "")),
    ("proc_postfix", ("master", "/opt/app/master", "")),
    ("proc_crond", ("cronolog", "/usr/sbin/cronolog", "")),
    ("proc_snmpd", ("snmptrapd", "/usr/sbin/snmptrapd", "")),
]


def seen(item: str, process: Process) -> Status:
    columns = (RUN_NAME, RUN_PATH, RUN_PARAMETERS)
    objects: Objects = {
        f"{column}.812": text.encode() for column, text in zip(columns, process, strict=True)
    }
    on_menu = menu()[item]
    question = ProcessQuestion(on_menu.process, on_menu.arguments, on_menu.minimum)
    facts = AgentFacts()
    result = told(measure_process(question, facts), facts, objects | {f"{RUN_STATUS}.812": 2})
    return Status.UP if result.value else Status.DOWN


@pytest.mark.clause("N-3")
@pytest.mark.parametrize(("item", "process"), RUNNING)
def test_a_process_of_the_menu_is_recognised_on_either_family(item: str, process: Process) -> None:
    assert seen(item, process) is Status.UP


@pytest.mark.parametrize(("item", "process"), OTHERS)
def test_what_only_looks_like_it_is_not_counted(item: str, process: Process) -> None:
    assert seen(item, process) is Status.DOWN


def test_every_process_of_the_menu_has_been_shown() -> None:
    assert {item for item, _ in RUNNING} == {n for n, each in menu().items() if each.process}
