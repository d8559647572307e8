"""The arguments of `toban sheet`, in the words that `--help` shows."""

from argparse import ArgumentParser, Namespace, _SubParsersAction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from infra.local.commands.arguments import day
from infra.local.commands.arguments_of import ENDPOINT, declare

if TYPE_CHECKING:
    Commands = _SubParsersAction[Any]

PLAN = "Show what a hearing sheet would change and from which day on. Nothing is changed."
APPLY = (
    "Hand a hearing sheet in. What it changes is in force from its day on by itself: one business "
    "day after now, or its start date. All of it or nothing."
)
END = (
    "End a customer's contract. Notice by the end of a month ends it with the month after; what is "
    "known of the customer is deleted when its term is over (the parameter ContractDays)."
)
ACCEPT = (
    "Try everything that was agreed once, before its first day: each monitor, the login, sudo, the "
    "agent. Each contact gets a test mail, with --call a test call as well. Nothing is changed on "
    "a server. Writes the sheet that you and the customer sign, with the lines to "
    "install on the servers. Exit status 1 if something does not work."
)
FORM = "Write the hearing sheet as an empty form for Excel, with what may be chosen to choose from."


def sheet(commands: "Commands") -> None:
    """Declare `toban sheet check | plan | apply | form | accept | end`."""
    about = "Find the mistakes of hearing sheets, see what they would change, put them in force."
    parser = declare(commands, "sheet", "check, plan and apply a hearing sheet", about)
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    check_about = "List every mistake with its place and its mend. Exit status 0 if there is none."
    check = declare(actions, "check", "find every mistake of a hearing sheet", check_about)
    check.add_argument(
        "file",
        nargs="+",
        type=Path,
        metavar="FILE",
        help="hearing sheet (YAML, or the form in Excel)",
    )
    check.set_defaults(run=_sheet_check)
    _handed_in(declare(actions, "plan", "what it would change, and when", PLAN), _sheet_plan)
    apply = declare(actions, "apply", "agree to it: in force from its day on", APPLY)
    apply.add_argument("--plan", metavar="PLAN", help="only this plan, as toban sheet plan told it")
    apply.add_argument("--requested-by", metavar="WHO", help="who agreed; kept with it")
    _handed_in(apply, _sheet_apply)
    form = declare(actions, "form", "write the empty form for Excel", FORM)
    form.add_argument("file", type=Path, metavar="FILE", help="such as acme.xlsx")
    form.add_argument("--lang", choices=("ja", "en"), default="ja", help="default: ja")
    form.set_defaults(run=_sheet_form)
    accept = declare(actions, "accept", "try what was agreed, and write the sheet to sign", ACCEPT)
    accept.add_argument("file", type=Path, metavar="FILE", help="the sheet that was handed in")
    accept.add_argument(
        "--call", action="store_true", help="also telephone each contact, as a test"
    )
    accept.add_argument(
        "--run", dest="run_key", metavar="KEY", help="of a run whose calls were under way"
    )
    accept.add_argument("--out", type=Path, metavar="HTML", help="default: FILE.accepted.html")
    accept.add_argument("--endpoint", metavar="URL", help=ENDPOINT)
    accept.set_defaults(run=_sheet_accept)
    _end(declare(actions, "end", "give notice: the contract ends with its month", END))


def _end(parser: ArgumentParser) -> None:
    add = parser.add_argument
    add("customer", metavar="CUSTOMER", help="such as acme")
    about = "day on which the notice arrived, such as 2026-11-30; default: today"
    add("--noticed", type=day, metavar="DAY", help=about)
    add("--until", type=day, metavar="DAY", help="with the month of this day, where that is later")
    add("--requested-by", metavar="WHO", help="who gave notice; kept with it")
    add("--endpoint", metavar="URL", help=ENDPOINT)
    parser.set_defaults(run=_sheet_end)


def _handed_in(parser: ArgumentParser, run: Any) -> None:
    add = parser.add_argument
    add("file", type=Path, metavar="FILE", help="hearing sheet (YAML, or the form in Excel)")
    add("--at-once", action="store_true", help="in force today: the lead time is waived")
    add("--endpoint", metavar="URL", help=ENDPOINT)
    parser.set_defaults(run=run)


def _sheet_check(given: Namespace) -> int:
    from infra.local.commands.sheet import check

    return check(given)


def _sheet_plan(given: Namespace) -> int:
    from infra.local.commands.sheet_plan import plan

    return plan(given)


def _sheet_apply(given: Namespace) -> int:
    from infra.local.commands.sheet_plan import apply

    return apply(given)


def _sheet_form(given: Namespace) -> int:
    from infra.local.commands.sheet_plan import form

    return form(given)


def _sheet_accept(given: Namespace) -> int:
    from infra.local.commands.sheet_accept import accept

    return accept(given)


def _sheet_end(given: Namespace) -> int:
    from infra.local.commands.sheet_plan import end

    return end(given)
