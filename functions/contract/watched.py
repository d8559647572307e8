"""What a question is asked of: a server's addresses, and which of them a monitor takes."""

from dataclasses import dataclass, field

from contract.address import ADDRESS
from toban.catalogue.mistake import quoted
from toban.catalogue.section import Section
from toban.domain.check import Agent, Check
from toban.domain.command_terms import CommandTerms
from toban.domain.contract import Access


@dataclass(frozen=True, slots=True)
class Watched:
    """The server that a monitor belongs to, as far as its question needs it."""

    server_id: str
    addresses: tuple[str, ...]
    agent: Agent | None
    access: Access | None = None
    terms: CommandTerms = field(default=CommandTerms())


@dataclass(frozen=True, slots=True)
class Question:
    """The check, and what tells it apart from others of the same item (a mount point, a port)."""

    check: Check
    subject: str = ""


def address_of(part: Section, addresses: tuple[str, ...]) -> str:
    """Return the address to connect to: the server's first, or the one that is written."""
    default = addresses[0] if addresses else ""
    address = part.optional("address", ADDRESS, default)
    if address and addresses and address not in addresses:
        problem = f"{quoted(address)} is not among the server's addresses."
        part.note("address", problem, 'Add it to "addresses" if it is this server\'s.')
    return address
