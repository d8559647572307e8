"""The arguments of each command, in the words that `--help` shows.

What a command needs to run is imported when it runs: `toban --help` and a mistyped option answer at
once.
"""

from argparse import ArgumentParser, Namespace, RawDescriptionHelpFormatter, _SubParsersAction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from infra.local.commands import arguments

if TYPE_CHECKING:
    Commands = _SubParsersAction[Any]

SPEED = "rule time passes N times as fast as the wall clock: 3 minutes take 3/N minutes"
ENDPOINT = (
    'the AWS endpoint to ask, or "aws" for your AWS account '
    "(default: $TOBAN_ENDPOINT, else $AWS_ENDPOINT_URL, else http://127.0.0.1:4566)"
)


def up(commands: "Commands") -> None:
    """Declare `toban up`."""
    about = (
        "Watch the servers of hearing sheets, with the whole system in one process.\n"
        "All files are read first: with a mistake in any of them nothing is started.\n"
        "Ctrl-C ends it; with --state the next start goes on where this one ended."
    )
    parser = declare(commands, "up", "watch the servers of hearing sheets until Ctrl-C", about)
    _files(parser)
    _place(parser)
    _mails(parser)
    parser.set_defaults(run=_up)


def _files(parser: ArgumentParser) -> None:
    add = parser.add_argument
    add(
        "--sheet",
        action="append",
        default=[],
        type=Path,
        metavar="FILE",
        help="hearing sheet of a customer (YAML); may be given several times",
    )
    add("--policy", type=Path, metavar="FILE", help="the provider's waits and counts (YAML)")
    add("--engineers", type=Path, metavar="FILE", help="the provider's own rota (YAML)")
    add(
        "--phones",
        type=Path,
        metavar="FILE",
        help='who answers which telephone (YAML), e.g. "+819012345678": acknowledges after 5',
    )


def _place(parser: ArgumentParser) -> None:
    add = parser.add_argument
    add("--speed", type=arguments.speed, default=1.0, metavar="N", help=f"{SPEED} (default 1)")
    add("--state", type=Path, metavar="DIR", help="keep everything here, to go on after a stop")
    add(
        "--aws-port",
        type=arguments.port,
        default=4566,
        metavar="P",
        help="port of the AWS endpoint on 127.0.0.1 (default 4566; 0 takes a free one)",
    )
    add(
        "--reference",
        action="append",
        type=arguments.peer,
        metavar="HOST:PORT",
        help="something that always answers: when it does not, the fault is ours and no customer "
        "is told (may be given several times; default: three well-known ones on the internet)",
    )


def _mails(parser: ArgumentParser) -> None:
    mails = parser.add_mutually_exclusive_group()
    mails.add_argument(
        "--mail-dir", type=Path, metavar="DIR", help="write mails here as .eml (default: out/mail)"
    )
    mails.add_argument(
        "--smtp", type=arguments.peer, metavar="HOST:PORT", help="hand mails to this SMTP server"
    )
    parser.add_argument(
        "--sender",
        type=arguments.mail,
        metavar="MAIL",
        help="the address in the From line of mails (default toban@msp.example)",
    )
    parser.add_argument(
        "--operator",
        type=arguments.mail,
        metavar="MAIL",
        help="who is told of what goes wrong on our side (default operator@msp.example)",
    )


def demo(commands: "Commands") -> None:
    """Declare `toban demo`."""
    about = (
        "Play two real outages on a server of its own: the web service is killed, confirmed,\n"
        "looked into over SSH, reported, restarted and verified; then a service that cannot be\n"
        "repaired until somebody mends it by hand.\n"
        "Exit status 0 only if everything happened, in the right order."
    )
    parser = declare(commands, "demo", "play two real outages from fault to recovery mail", about)
    add = parser.add_argument
    add("--speed", type=arguments.speed, default=20.0, metavar="N", help=f"{SPEED} (default 20)")
    add(
        "--out",
        type=Path,
        default=Path("out/demo"),
        metavar="DIR",
        help="mails, executions and summary.json are left here (default out/demo)",
    )
    add(
        "--servers",
        choices=["auto", "real", "embedded"],
        default="auto",
        help="sshd, snmpd and nginx of this machine, or embedded ones "
        "(default: the real ones, if this is root and has them)",
    )
    add("--keep", action="store_true", help="keep the demonstration server's folder afterwards")
    parser.set_defaults(run=_demo)


def incident(commands: "Commands") -> None:
    """Declare `toban incident list`, `show` and `acknowledge`."""
    about = "Read incidents and their records from the running system or from your AWS account."
    parser = declare(commands, "incident", "what has happened, by incident", about)
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    one = declare(actions, "list", "list incidents, the newest last", "List incidents.")
    one.add_argument("--endpoint", metavar="URL", help=ENDPOINT)
    one.set_defaults(run=_incident_list)
    show_about = "Print the record of an incident, or of a suspicion that came to nothing."
    show = declare(actions, "show", "print the record of an incident", show_about)
    show.add_argument("id", metavar="ID", help="such as acme.web01.20261123T100500Z")
    show.add_argument("--endpoint", metavar="URL", help=ENDPOINT)
    show.set_defaults(run=_incident_show)
    _acknowledge(actions)


def _acknowledge(actions: Any) -> None:
    about = "A person has taken the failure up otherwise than by a key: nobody further is called."
    line = "a contact has called back: stop the telephone"
    parser = declare(actions, "acknowledge", line, about)
    parser.add_argument("id", metavar="ID", help="such as acme.web01.20261123T100500Z")
    parser.add_argument("--by", required=True, metavar="NAME", help="who takes it up")
    parser.add_argument("--engineers", action="store_true", help="of our own, not of the customer")
    parser.add_argument("--endpoint", metavar="URL", help=ENDPOINT)
    parser.set_defaults(run=_incident_acknowledge)


def declare(commands: "Commands", name: str, line: str, about: str) -> Any:
    """Return the parser of a command: its line in the list, and what its own --help says."""
    form = RawDescriptionHelpFormatter
    return commands.add_parser(name, help=line, description=about, formatter_class=form)


def _up(given: Namespace) -> int:
    from infra.local.commands.up import run

    return run(given)


def _demo(given: Namespace) -> int:
    from infra.local.commands.demo import run

    return run(given)


def _incident_list(given: Namespace) -> int:
    from infra.local.commands.incident import show_all

    return show_all(given)


def _incident_show(given: Namespace) -> int:
    from infra.local.commands.incident import show_one

    return show_one(given)


def _incident_acknowledge(given: Namespace) -> int:
    from infra.local.commands.acknowledge import run

    return run(given)
