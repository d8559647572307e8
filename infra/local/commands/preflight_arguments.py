"""The arguments of `toban preflight`."""

from argparse import Namespace
from typing import TYPE_CHECKING

from infra.local.commands.arguments import connect_instance
from infra.local.commands.arguments_of import declare

if TYPE_CHECKING:
    from infra.local.commands.arguments_of import Commands

ABOUT = """\
Look at an AWS account for what would keep toban from its work: quotas, the SES sandbox, the
telephone, the addresses that customers let in, who gets the alarms. Before the first deployment
name what you are about to give it; afterwards --stack says it. Nothing is changed.
Exit status 1 if something is bad."""


def preflight(commands: "Commands") -> None:
    """Declare `toban preflight`."""
    parser = declare(commands, "preflight", "is the AWS account ready for toban?", ABOUT)
    add = parser.add_argument
    add("--stack", default="", metavar="NAME", help="the stack that is deployed, such as toban")
    add("--region", metavar="REGION", help="default: the one of your AWS settings")
    add("--sender", default="", metavar="MAIL", help="SenderAddress")
    add("--identity", default="", metavar="NAME", help="MailIdentity")
    add(
        "--connect-instance",
        default="",
        type=connect_instance,
        metavar="ARN",
        help="ConnectInstanceArn",
    )
    add("--connect-number", default="", metavar="NUMBER", help="ConnectNumber")
    calls = "call this number for a moment: the only way to learn whether Connect may"
    add("--call", default="", metavar="NUMBER", help=calls)
    parser.set_defaults(run=_run)


def _run(given: Namespace) -> int:
    from infra.local.commands.preflight import run

    return run(given)
