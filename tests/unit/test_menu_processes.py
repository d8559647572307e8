"""The menu's process items against process tables as real agents tell them (catalogue 2.3)."""

import re

import pytest

from toban.catalogue.menu import menu

LONG_OPTIONS = "-D -f /dev/null -h /etc/ssh/ssh_host_ed25519_key -p 22 -o ListenAddress=192.0.2.10"
TABLE = [
    ("sshd", "sshd: /usr/sbin/sshd -D [listener] 0 of 10-100 startups"),
    ("sshd", f"sshd: /usr/sbin/sshd {LONG_OPTIONS}"),
    ("sshd", "/usr/sbin/sshd -D"),
    ("sshd", "sshd: root@notty"),
    ("sshd", "sshd: yamada [priv]"),
    ("nginx", "nginx: master process /usr/sbin/nginx -g daemon on; master_process on;"),
    ("nginx", "nginx: worker process"),
    ("postgres", "/usr/lib/postgresql/15/bin/postgres -D /var/lib/postgresql/15/main"),
    ("postgres", "postgres: 15/main: checkpointer"),
    ("master", "/usr/lib/postfix/sbin/master -w"),
    ("master", "/usr/libexec/postfix/master"),
    ("master", "salt-master --master"),
    ("java", "/usr/lib/jvm/java-17/bin/java -Djava.util.logging.config.file=/opt/tomcat/conf/x"),
    ("java", "java -classpath /usr/share/tomcat/bin/bootstrap.jar"),
    ("java", "java -jar /srv/app.jar"),
]
"""Name (hrSWRunName) and command line (hrSWRunPath and hrSWRunParameters)."""


@pytest.mark.clause("N-3")
@pytest.mark.parametrize(
    ("item", "counted"),
    [
        ("proc_sshd", [0, 1, 2]),
        ("proc_nginx", [5]),
        ("proc_postgres", [7]),
        ("proc_postfix", [9, 10]),
        ("proc_tomcat", [12, 13]),
    ],
)
def test_the_service_is_counted_and_not_its_workers_or_namesakes(
    item: str, counted: list[int]
) -> None:
    names, arguments = menu()[item].process.split("|"), re.compile(menu()[item].arguments)

    found = [
        row for row, (name, line) in enumerate(TABLE) if name in names and arguments.search(line)
    ]

    assert found == counted
