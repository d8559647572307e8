"""`toban sheet plan` and `toban sheet apply`: what a sheet would change, and agreeing to it."""

from argparse import Namespace
from collections.abc import Mapping
from typing import Any

from infra.local.commands.files import content
from infra.local.commands.function import ask
from infra.local.commands.next_command import next_command
from infra.local.commands.refusal import RefusalError

Document = Mapping[str, Any]
_FAILED = "Hearing sheets cannot be handed in at"


def plan(given: Namespace) -> int:
    """Print what the sheet would change, and from when; nothing is changed."""
    from contract.plan_words import told

    answer = _ask(given, "plan")
    print("\n".join(told(answer["plan"])))
    if answer["plan"]["changes_anything"]:
        options = {"--plan": answer["plan"]["plan_id"], "--at-once": given.at_once}
        print(f"To agree: {next_command('apply', given, options)}")
    return 0


def apply(given: Namespace) -> int:
    """Hand the sheet in: what it changes is in force from its day on by itself."""
    from contract.plan_words import agreed

    print("\n".join(agreed(_ask(given, "apply")["plan"])))
    return 0


def form(given: Namespace) -> int:
    """Write the empty form for Excel; a file that stands is left alone."""
    from contract.form import blank_form

    if given.file.suffix.lower() != ".xlsx":
        raise RefusalError(f"Excel would not open {given.file}: write a name that ends in .xlsx.")
    try:
        with given.file.open("xb") as file:
            file.write(blank_form(given.lang))
    except FileExistsError:
        raise RefusalError(f"{given.file} is there already: give another name.") from None
    except OSError as error:
        raise RefusalError(f"{given.file} cannot be written: {error.strerror}.") from None
    print(f"{given.file}: fill it in, then toban sheet check {given.file}")
    return 0


def end(given: Namespace) -> int:
    """Give notice for a customer: the contract ends with its month, by itself."""
    from contract.plan_words import told

    event = {
        "action": "apply",
        "end_of": given.customer,
        "noticed": given.noticed,
        "until": given.until,
        "requested_by": given.requested_by or "",
    }
    proposal = _answer(event, given.endpoint)["plan"]
    print("\n".join(told(proposal)))
    if proposal["changes_anything"]:
        print(f"Agreed: nothing is watched from {proposal['effective_on']} on.")
    return 0


def _ask(given: Namespace, action: str) -> Document:
    event = {
        "action": action,
        "sheet_base64": content(given.file),
        "file": str(given.file),
        "at_once": given.at_once,
        "plan_id": getattr(given, "plan", None),
        "requested_by": getattr(given, "requested_by", None) or "",
    }
    return _answer(event, given.endpoint)


def _answer(event: Document, endpoint: str | None) -> Document:
    answer = ask("read-hearing-sheet", event, endpoint, _FAILED)
    if answer["mistakes"]:
        raise RefusalError("\n".join(answer["mistakes"]))
    return answer
