"""The catalogue's commands: complete, and nothing that is run to look changes anything."""

import re
import shlex
import subprocess

import pytest

from respond import guards
from respond.shell import wrap
from respond.steps import cache, certificate, database, disk, page
from respond.target import Target, first_available
from toban.catalogue.diagnostics import inspections, sets_for
from toban.catalogue.menu import UNITS
from toban.catalogue.units import units
from toban.domain.check import Check, Kind, Resource, ResourceQuestion
from toban.domain.contract import Family, Monitor
from toban.domain.runbook import InitSystem, InstalledUnit, UnitState

CHANGING = frozenset(
    """rm mv cp dd tee touch truncate mkdir rmdir ln chmod chown chgrp kill pkill killall mount
    umount reboot shutdown halt poweroff init telinit swapoff swapon sysctl mkfs fsck tune2fs
    useradd userdel usermod passwd crontab at yum dnf apt apt-get dpkg rpm pip make install rsync
    scp wget logrotate logger sed perl python python3 ruby sudoedit visudo vi nano ed iptables-save
    iptables-restore ipset modprobe insmod rmmod hwclock ntpdate sync""".split()
)
"""Programs that change something, or may with the right argument, and are not needed to look."""
CHANGING_VERBS = re.compile(
    r"\b(?:systemctl|service)\s+(?:-\S+\s+)*(?:start|stop|restart|reload|try-restart|enable|disable"
    r"|mask|unmask|kill|reset-failed|daemon-reload|edit|set-property)\b"
    r"|init\.d/\S+\s+(?:start|stop|restart|reload)\b"
    r"|\biptables\s+-[AIDFPXZN]|\bnft\s+(?:add|delete|flush)|\bip\s+\S+\s+(?:add|del|set|flush)"
    r"|\bfind\b.*\s-(?:delete|exec|execdir|ok|fprint)|\bjournalctl\b.*--(?:vacuum|rotate|flush)"
    r"|\bdmesg\b[^|]*\s(?:-c|-C|--clear)|\bdate\b.*\s(?:-s|--set)|\bhostname\s+[a-z]"
    r"|\bcurl\b.*\s(?:-X|-d|-T|--data|-O|--upload)|\bfail2ban-client\s+(?!status)"
    r"|\bfirewall-cmd\s+(?!--list)|\bufw\s+(?!status)|\bmysqladmin\b(?!.*\b(?:ping|processlist)\b)"
    r"|\bredis-cli\b(?!.*\bping\b)"
)
WRITES = re.compile(r"(?<![0-9<&])>{1,2}\|?\s*(?!/dev/null|&)(\S+)|[0-9]>{1,2}\s*(?!/dev/null|&)\S")

CLEANS = {"_PACKAGES", "_JOURNAL", "_FILES"}
"""The only scripts that change something: the cleaning that a customer has agreed to."""

LOOKING = {
    **{f"{name}.{look.id}": look.run for name, looks in inspections().items() for look in looks},
    **{f"{key}.probe.{n}": p for key, u in units().items() for n, p in enumerate(u.local_probe)},
    **{f"{key}.test.{n}": p for key, u in units().items() for n, p in enumerate(u.config_test)},
    **{
        f"{module.__name__}.{name}": str(text)
        for module in (guards, cache, certificate, database, disk, page)
        for name, text in vars(module).items()
        if name.isupper() and re.search(r"\n| -", str(text)) and name not in CLEANS
    },
}


def words(script: str) -> set[str]:
    """Every word that could be a program, also inside quotes."""
    return set(re.findall(r"(?<![\w./$-])[a-z][\w.-]*", script))


@pytest.mark.clause("P-10")
@pytest.mark.parametrize("name", LOOKING)
def test_what_is_run_to_look_changes_nothing(name: str) -> None:
    script = LOOKING[name].replace("last -x -n 5 reboot shutdown", "last").replace("NR>1", "")

    assert words(script) & CHANGING == set()
    assert not CHANGING_VERBS.search(script)
    assert not WRITES.search(script.replace("3<>", "").replace(">&3", ""))


@pytest.mark.parametrize(
    "script",
    [
        "rm -rf /tmp/x",
        "echo x > /etc/motd",
        "echo x >>/etc/motd",
        "cat x 2>/tmp/y",
        "systemctl restart nginx",
        "$SUDO systemctl --no-block stop nginx",
        "/etc/init.d/nginx stop",
        "find / -name core -delete",
        "journalctl --vacuum-size=1M",
        "dmesg -c",
        "iptables -F",
        "sh -c 'kill 1'",
        "mysqladmin shutdown",
    ],
)
def test_the_rule_above_sees_what_changes_something(script: str) -> None:
    changes = words(script) & CHANGING or CHANGING_VERBS.search(script) or WRITES.search(script)

    assert changes


@pytest.mark.parametrize("name", LOOKING)
def test_every_command_is_well_formed_for_a_plain_shell(name: str) -> None:
    wrapped = wrap(LOOKING[name], {"UNIT": "nginx", "PROC": "[n]ginx: master"}, 5, gentle=True)

    for script in (LOOKING[name], wrapped):
        checked = subprocess.run(
            ["sh", "-n", "-c", script], capture_output=True, text=True, check=False
        )
        assert (checked.returncode, checked.stderr) == (0, "")


def test_every_unit_of_the_menu_is_in_the_catalogue() -> None:
    assert set(UNITS) == set(units())


@pytest.mark.parametrize("key", [key for key in units() if key != "custom"])
def test_every_unit_has_names_a_process_and_logs_for_every_family(key: str) -> None:
    found = units()[key]

    for family in ("el6", "el7", "deb", ""):
        assert found.services(family)
        assert found.logs(family)
    assert re.compile(found.process).pattern
    assert set(found.also) <= set(units())


def target(key: str = "nginx", init: InitSystem = InitSystem.SYSTEMD, port: int = 80) -> Target:
    check = Check("acme.web01.http", Kind.TCP, "192.0.2.1", port)
    monitor = Monitor(check.monitor_id, "http", Family.PORT, "", "", 70, check, "rb_unit", key)
    installed = InstalledUnit(key, "nginx", init, UnitState.STOPPED)
    return Target(monitor, units()[key], installed, "deb")


@pytest.mark.parametrize(
    ("init", "verb", "expected"),
    [
        (InitSystem.SYSTEMD, "start", "sudo -n systemctl start nginx.service"),
        (InitSystem.SYSTEMD, "restart", "sudo -n systemctl restart nginx.service"),
        (InitSystem.SERVICE, "start", "sudo -n service nginx start"),
        (
            InitSystem.SCRIPT,
            "restart",
            "sudo -n /etc/init.d/nginx stop; sleep 3; sudo -n /etc/init.d/nginx start",
        ),
    ],
)
def test_each_init_system_has_its_own_command(init: InitSystem, verb: str, expected: str) -> None:
    assert target(init=init).command(verb, "sudo -n ") == expected


def test_a_search_for_a_process_does_not_find_itself() -> None:
    pattern = target("web").process

    assert re.search(pattern, "/usr/sbin/apache2 -k start")
    assert not re.search(pattern, f"sh -c ps | grep -E {shlex.quote(pattern)}")


def test_a_probe_that_needs_a_port_is_not_made_without_one() -> None:
    assert target("custom", port=0).variables("")["LOCAL_PROBE"] == ""
    assert target("custom", port=8080).variables("")["PORT"] == "8080"


def test_the_first_program_that_is_installed_is_run() -> None:
    script = first_available(["no-such-program -t", "echo second", "echo third"])

    done = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=True)

    assert done.stdout == "second\n"


def test_no_program_at_all_is_told_apart_from_a_failure() -> None:
    done = subprocess.run(["sh", "-c", first_available(["no-such-program"])], check=False)

    assert done.returncode == 127


def test_two_alerts_of_one_unit_are_looked_at_once_and_each_disk_by_itself() -> None:
    http, https = target("web").monitor, target("web", port=443).monitor
    disks = [_disk("/"), _disk("/var"), _disk("/")]

    found = [(name, monitor.monitor_id) for name, monitor in sets_for([http, https, *disks])]

    assert found == [
        ("unit", "acme.web01.http"),
        ("disk", "acme.web01./"),
        ("disk", "acme.web01./var"),
    ]


def _disk(mount: str) -> Monitor:
    question = ResourceQuestion(Resource.DISK, 90.0, subject=mount)
    check = Check(f"acme.web01.{mount}", Kind.RESOURCE, "192.0.2.1", resource=question)
    return Monitor(check.monitor_id, "disk", Family.RESOURCE, "", "", 30, check)


@pytest.mark.parametrize("key", sorted(units()))
def test_a_test_of_a_configuration_is_one_command_that_sudoers_can_name(key: str) -> None:
    """The acceptance sheet writes it into sudoers as it is, without what throws its words away."""
    for command in units()[key].config_test:
        plain, _, rest = command.partition(" >")
        assert rest in {"", "/dev/null"}
        assert not set(plain) & set("|;&<>$`\"'*?()")
