"""The command `toban`: reads its arguments, hands over to infra/local/commands, says plainly what
went wrong.

Exit status: 0 done, 1 something that should have happened did not, 2 the command could not be
carried out as given.
"""

import os
import sys
from argparse import ArgumentParser, Namespace, RawDescriptionHelpFormatter
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from typing import NoReturn

from infra.local.commands import (
    access_arguments,
    agent_arguments,
    arguments_of,
    catalogue_arguments,
    contacts_arguments,
    graphs_arguments,
    maintenance_arguments,
    preflight_arguments,
    repairs_arguments,
    report_arguments,
    sheet_arguments,
    why_arguments,
)
from infra.local.commands.refusal import RefusalError

ABOUT = """\
toban watches Linux servers, tells the right people, and makes the first repair over SSH.

On one machine, without an AWS account, the whole system runs in one process:
  toban demo                      play two real outages from fault to recovery mail
  toban up --sheet SHEET.yaml     watch the servers of a hearing sheet until Ctrl-C
  toban sheet check SHEET.yaml    find every mistake of a hearing sheet
  toban sheet plan SHEET.yaml     what it would change and when; toban sheet apply agrees to it
  toban sheet accept SHEET.yaml   try what was agreed before its first day; writes the sheet to sign
  toban access ca CUSTOMER        the line by which a server trusts our SSH certificates
  toban access list               whether login, sudo and agent worked when they were last tried
  toban contacts list             whether mails and calls reach the contacts
  toban catalogue                 the menu of monitors
  toban agent config SHEET.yaml   the SNMP agent's configuration for a server
  toban discover SHEET.yaml       what its agent suggests to watch
  toban incident list             what has happened (asks the system that is running)
  toban why MONITOR               why was there no mail, no repair, no call?
  toban maintenance plan SERVER   nothing is sent or touched in an announced window
  toban repairs stop              no repair begins any more, for one customer or for all
  toban report CUSTOMER MONTH     a month: availability, incidents and what was done
  toban graphs link SERVER MAIL   a link to the graphs of a server

Before and after a deployment to AWS:
  toban preflight                 is the account ready: quotas, SES sandbox, telephone, addresses?
"""


class Parser(ArgumentParser):
    """A parser whose complaints are one sentence, without the usage in front of it."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong with the arguments, and where to read more; exit 2."""
        self.exit(2, f"{self.prog}: {message.removeprefix('argument ')}\nSee {self.prog} --help.\n")


def parser() -> Parser:
    """Return the parser of the whole command line."""
    top = Parser(prog="toban", description=ABOUT, formatter_class=RawDescriptionHelpFormatter)
    top.add_argument("--version", action="version", version=f"toban {_version()}")
    commands = top.add_subparsers(title="commands", metavar="COMMAND", required=True)
    arguments_of.up(commands)
    arguments_of.demo(commands)
    sheet_arguments.sheet(commands)
    access_arguments.access(commands)
    contacts_arguments.contacts(commands)
    catalogue_arguments.catalogue(commands)
    agent_arguments.agent(commands)
    agent_arguments.discover(commands)
    arguments_of.incident(commands)
    why_arguments.why(commands)
    maintenance_arguments.maintenance(commands)
    repairs_arguments.repairs(commands)
    report_arguments.report(commands)
    graphs_arguments.graphs(commands)
    preflight_arguments.preflight(commands)
    return top


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status; the entry point of the console script."""
    given = parser().parse_args(arguments)
    try:
        return _run(given)
    except RefusalError as refusal:
        print(refusal, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # the reader (head, less) has seen enough; nor may the interpreter's last flush complain
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _run(given: Namespace) -> int:
    status: int = given.run(given)
    sys.stdout.flush()
    return status


def _version() -> str:
    try:
        return version("toban")
    except PackageNotFoundError:
        return "(not installed)"


if __name__ == "__main__":
    sys.exit(main())
