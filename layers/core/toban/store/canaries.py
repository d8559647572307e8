"""The canary's servers, kept beside the customers' but on no list of what is in force."""

from toban.domain.canary import CUSTOMER_ID
from toban.domain.contract import Server
from toban.domain.revision import Terms
from toban.store import contracts
from toban.store.tables import ContractItem


def watched() -> list[Server]:
    """Return the canary's servers that are to be watched."""
    return contracts.servers(CUSTOMER_ID)


def keep(terms: Terms) -> None:
    """Let exactly these servers be the canary's from the next compilation of shards on."""
    contracts.save_customer(terms.customer)
    for server in terms.servers:
        contracts.save_server(server)
    for server in watched():
        if terms.server(server.server_id) is None:
            ContractItem(CUSTOMER_ID, f"server#{server.server_id}").delete()
