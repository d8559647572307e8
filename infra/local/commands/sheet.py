"""`toban sheet check`: what a hearing sheet says, or every mistake in it."""

from argparse import Namespace

from contract.sheet import Sheet
from infra.local.commands import inputs, sheet_commands
from toban.domain.contract import Server


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
        lines += _trust(server)
        lines += sheet_commands.described(server)
    return lines


def _trust(server: Server) -> list[str]:
    """Return what has to be done on a server that is entered by certificate, once."""
    access = server.access
    if access is None or access.key:
        return []
    command = f"toban access ca {server.customer_id} --user {access.user}"
    return [f"    has to trust our certificates: {command}"]
