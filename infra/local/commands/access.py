"""`toban access ca`: what a server has to be told so that our certificates let us in."""

from argparse import Namespace

from infra.local.commands.incident import asking
from toban.settings import stack
from toban.text.trust import instructions


def ca(given: Namespace) -> int:
    """Print the authority's line, the principal and the lines of sshd_config."""
    with asking(given.endpoint, "The SSH authority cannot be asked for at"):
        from toban import authority

        line = authority.trusted_line(f"alias/{stack()}-ssh-authority")
    print("\n".join(instructions(line, given.customer, given.user)))
    return 0
