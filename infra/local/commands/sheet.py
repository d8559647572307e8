"""`toban sheet check`: what a hearing sheet says, or every mistake in it."""

from argparse import Namespace

from contract.sheet import Sheet
from infra.local.commands import inputs, sheet_commands


def check(given: Namespace) -> int:
    """Print what each sheet would have watched; raises RefusalError with all mistakes of all
    sheets.
    """
    files = list(dict.fromkeys(given.file))
    for path, sheet in zip(files, inputs.read(files).sheets, strict=True):
        print(f"{path}: no mistakes.")
        print("\n".join(described(sheet)))
    return 0


def described(sheet: Sheet) -> list[str]:
    """Return the customer, the contacts and what is watched on which server, a line each."""
    customer = sheet.customer
    contacts = ", ".join(contact.mail for contact in customer.contacts)
    lines = [f"  {customer.customer_id}: {customer.name}, mails to {contacts}"]
    for server in sheet.servers:
        items = " ".join(monitor.monitor_id.rpartition(".")[2] for monitor in server.monitors)
        lines.append(f"  {server.server_id} (plan {server.plan}): {items or 'nothing watched'}")
        lines += sheet_commands.described(server)
    return lines
