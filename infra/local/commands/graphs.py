"""`toban graphs`: makes and revokes links to the graphs of servers."""

import sys
from argparse import Namespace
from datetime import datetime

from infra.local.commands.incident import asking
from infra.local.commands.known import ALL, require_customer, require_server
from infra.local.commands.refusal import RefusalError

_FAILED = "The links cannot be reached at"


def link(given: Namespace) -> int:
    """Print the address of a server's graphs for one reader."""
    with asking(given.endpoint, _FAILED):
        from toban.store import links

        require_server(given.server)
        reads = _is_a_reader(given.mail, given.server)
        made = links.link_to(given.server, given.mail, _time())
    if not made:
        raise RefusalError(
            "No link can be made: this stack has not stored the address of its graphs. "
            "Deploy the template again."
        )
    if not reads:
        customer = given.server.partition(".")[0]
        unless = "the link opens nothing, unless this is the operators' address."
        print(f"{given.mail} is no contact of {customer}: {unless}", file=sys.stderr)
    print(made)
    return 0


def revoke(given: Namespace) -> int:
    """End the links that exist, of one reader or of all."""
    with asking(given.endpoint, _FAILED):
        from toban.domain.link import recipient_of
        from toban.store import links

        _require_known(given.whose)
        recipient = recipient_of(given.mail) if given.mail else links.ALL
        links.revoke(given.whose, _time(), recipient)
    whose = "all customers" if given.whose == ALL else given.whose
    reader = f" that {given.mail} has" if given.mail else ""
    print(f"The links{reader} to graphs of {whose} are good no longer. New ones are.")
    return 0


def change_key(given: Namespace) -> int:
    """Sign with a new key from now on."""
    with asking(given.endpoint, _FAILED):
        from toban.store import links

        links.change_key(_time())
    print("Links are signed with a new key. Those of the key before stay good, older ones do not.")
    return 0


def _time() -> datetime:
    """Return our own time or, where the system's runs faster, the newest that is known of it."""
    from infra.local.commands.inquiry import last_check
    from toban import clock

    return max(last_check(), clock.now())


def _is_a_reader(mail: str, server_id: str) -> bool:
    """Tell whether the contract knows the reader; the operators' own address stands elsewhere."""
    from toban.domain.identifier import customer_of
    from toban.domain.link import recipient_of
    from toban.store import contracts

    people = (*contracts.customer(customer_of(server_id)).contacts, *contracts.engineers())
    return recipient_of(mail) in {recipient_of(person.mail) for person in people}


def _require_known(whose: str) -> None:
    if "." in whose:
        require_server(whose)
    elif whose != ALL:
        require_customer(whose)
