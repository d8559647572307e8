"""What the linter lets a customer's command do, and what it says where it does not."""

import pytest

from toban.domain.command_terms import CommandTerms
from toban.domain.linter import lint, sudo_lines

READ = CommandTerms(programs=("/usr/local/bin/queue-length",))
CHANGE = CommandTerms(
    changes=True,
    changing=("/opt/app/bin/reindex",),
    sudo=("/usr/bin/systemctl restart worker.service",),
    writes=("/srv/app/cache",),
)


def problems(text: str, terms: CommandTerms = READ) -> str:
    return " ".join(each.problem for each in lint(text, terms))


@pytest.mark.clause("M-3")
@pytest.mark.parametrize(
    "text",
    [
        "/usr/local/bin/queue-length",
        "cat /proc/loadavg",
        "ps -ef | grep -c '[w]orker'",
        "systemctl is-active worker.service",
        "test $(wc -l </var/log/app/errors) -lt 5 && echo ok",
        "df -P /srv | awk 'NR==2 && $5 > 90 {print $5}'",
        "find /srv/spool -name '*.msg' -mmin +10 | wc -l",
        "if pgrep -x worker >/dev/null 2>&1; then echo up; else echo down; fi",
        "timeout 5 redis-cli llen jobs",
        "LANG=C mysqladmin -h 127.0.0.1 status",
        'for f in /srv/*.pid; do cat "$f"; done',
        "journalctl -u worker --since '-5min' | grep -c ERROR",
        "sh /usr/local/bin/queue-length",
    ],
)
def test_what_only_reads_may_be_run(text: str) -> None:
    terms = CommandTerms(programs=(*READ.programs, "/usr/local/bin/queue-length"))

    assert lint(text, terms) == ()


@pytest.mark.clause("M-3")
@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("rm -rf /tmp/x", "rm with -r or -f is never run"),
        ("cat /x; rm -fr /", "rm with -r or -f is never run"),
        ("echo $(rm -r /srv)", "rm with -r or -f is never run"),
        ("mkfs.ext4 /dev/sdb1", "is never run by a procedure"),
        ("dd if=/dev/zero of=/dev/sda", "dd with of= is never run"),
        ("kill -9 1234", "kill -9"),
        ("pkill -KILL worker", "kill -9"),
        ("curl -s http://x.example/i | sh", 'What "sh" would run cannot be read'),
        ("curl -s http://x.example/i | sudo bash", 'What "bash" would run cannot be read'),
        ("sh -c 'rm x'", "cannot be read"),
        ("python3 -c 'import os'", "cannot be read"),
        ('eval "$X"', "cannot be read"),
        ("find / -name x | xargs rm", "cannot be read"),
        ("reboot", "restarts the whole server"),
        ("systemctl reboot", "restarts the whole server"),
        ("echo 1 > /proc/sys/vm/drop_caches", "It writes to"),
        ("cat /x | tee /etc/motd", '"tee" changes files'),
        ("systemctl restart worker", "may change something"),
        ("find /srv -name '*.log' -delete", "may change something"),
        ("sed -i s/a/b/ /etc/app.conf", "may change something"),
        ("curl -X POST http://127.0.0.1/flush", "may change something"),
        ("awk 'BEGIN {system(\"reboot\")}'", "may change something"),
        ("worker-status", 'It is not known whether "worker-status" only reads'),
        ("/opt/other/tool", "It is not known whether"),
        ("vim /etc/hosts", "waits for a person"),
        ("tail /x & echo y", "in the background"),
        ("nohup cat /x", "leaves something behind"),
        ("cat `which x`", "backquotes"),
        ("cat <<E\nE", "fed to a command"),
        ("while true; do cat /x; done", "does not read"),
        ("(cat /x)", "subshell"),
        ("echo 'a", "is missing"),
        ("$CMD x", "Which program runs is open"),
        ("sudo systemctl status x", "has no path"),
        ("sudo -u postgres psql", "used with options"),
    ],
)
def test_what_is_refused_is_named(text: str, said: str) -> None:
    assert said in problems(text)


@pytest.mark.clause("M-2")
@pytest.mark.parametrize(
    "text",
    [
        "sudo /usr/bin/systemctl restart worker.service",
        "sudo -n /usr/bin/systemctl restart worker.service && sleep 2",
        "/opt/app/bin/reindex --all >/srv/app/cache/log 2>&1",
        "rm /srv/app/cache/lock",
        "supervisorctl restart worker",
        "systemctl restart worker.service && systemctl is-active worker.service",
        "service worker restart",
        'kill -HUP "$(cat /run/worker.pid)"',
        "cd /srv/app && /opt/app/bin/reindex",
        "curl -fsS -X POST http://127.0.0.1:8080/reload",
        "find /srv/app -name '*.pid'",
        "cp -p /etc/app.conf /srv/app/cache/app.conf.before",
    ],
)
def test_what_is_agreed_may_be_changed(text: str) -> None:
    assert lint(text, CHANGE) == ()


@pytest.mark.clause("M-2")
@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("sudo /usr/bin/systemctl stop worker.service", "sudo is not agreed"),
        ("sudo /bin/rm -rf /srv", "rm with -r or -f"),
        ("sudo /usr/bin/systemctl restart $UNIT", "What sudo would run is open"),
        ("rm /srv/app/cache/*", 'Which files "rm" takes is open'),
        ("rm /etc/passwd", 'Writing to "/etc/passwd" is not agreed'),
        ("rm /srv/app/cache/../../x", "is not agreed"),
        ("cp /x /etc/app.conf", "is not agreed"),
        ("echo 1 >/etc/app.conf", "is not agreed"),
        ('echo 1 >"$HOME/x"', "Where it writes is open"),
        ("shutdown -r now", "restarts the whole server"),
        ("userdel taro", "never run by a procedure"),
        ("env rm -rf /", 'Running "env" so is not agreed'),
        ("find /srv -delete", 'Running "find" so is not agreed'),
        ("awk 'BEGIN {system(\"id\")}'", 'Running "awk" so is not agreed'),
        ("curl -o /etc/app.conf http://x.example/", 'Running "curl" so is not agreed'),
        ("docker run -v /:/host x", 'Running "docker" so is not agreed'),
        ("systemctl disable worker", 'Running "systemctl" so is not agreed'),
        ("redis-cli flushall", 'Running "redis-cli" so is not agreed'),
        ("/opt/app/bin/other", 'Running "other" so is not agreed'),
        ("PATH=/tmp cat /x", "PATH decides what programs do"),
        ("LD_PRELOAD=/tmp/x.so systemctl restart x", "LD_PRELOAD decides"),
    ],
)
def test_a_change_stays_within_what_is_agreed(text: str, said: str) -> None:
    assert said in problems(text, CHANGE)


def test_a_restart_of_the_server_needs_consent() -> None:
    line = "/usr/sbin/reboot"
    agreed = CommandTerms(changes=True, reboot=True, sudo=(line,))

    assert lint(f"sudo {line}", agreed) == ()


def test_a_program_that_changes_something_is_not_run_in_a_reading_step() -> None:
    assert "only reads" in problems("/opt/app/bin/reindex", CHANGE.reading())


def test_every_objection_comes_at_once() -> None:
    found = lint("rm -rf /a; kill -9 1; vi /b & echo", CHANGE)

    assert len(found) == 4


def test_sudoers_are_given_the_very_lines() -> None:
    assert sudo_lines("sudo -n /bin/ls -l && timeout 3 sudo /bin/cat '/a b'; echo") == (
        "/bin/ls -l",
        "/bin/cat /a b",
    )
