"""`toban access ca`: what a server has to be told so that our certificates let us in."""

from argparse import Namespace

from infra.local.commands.incident import asking
from toban.settings import stack

FILE = "/etc/ssh/toban_ca.pub"


def ca(given: Namespace) -> int:
    """Print the authority's line and the lines of sshd_config."""
    with asking(given.endpoint, "The SSH authority cannot be asked for at"):
        from toban import authority

        line = authority.trusted_line(f"alias/{stack()}-ssh-authority")
    print("\n".join(instructions(line, given.user)))
    return 0


def instructions(line: str, user: str) -> list[str]:
    """Return what to do on the server, comments before what is typed."""
    return [
        f"# {FILE}",
        line,
        "# at the end of /etc/ssh/sshd_config; then: sshd -t && systemctl reload sshd",
        f"Match User {user}",
        f"    TrustedUserCAKeys {FILE}",
    ]
