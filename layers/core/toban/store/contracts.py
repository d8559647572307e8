"""Customers and their servers, as agreed."""

from collections.abc import Iterable, Sequence

from pynamodb.exceptions import DoesNotExist

from toban.domain.contract import Contact, Customer, Server
from toban.domain.identifier import PROVIDER, customer_of
from toban.domain.policy import Policy
from toban.domain.revision import Terms
from toban.store.documents import from_document, to_document
from toban.store.tables import ContractItem


def save_customer(customer: Customer) -> None:
    """Store the customer with the contacts in their order."""
    item_of_customer(customer).save()


def save_server(server: Server) -> None:
    """Store the server with its monitors and its way in."""
    item_of_server(server).save()


def item_of_customer(customer: Customer) -> ContractItem:
    """Return the customer as the table keeps it, for a transaction that writes more."""
    return ContractItem(customer.customer_id, "customer", document=to_document(customer))


def item_of_server(server: Server) -> ContractItem:
    """Return the server as the table keeps it, for a transaction that writes more."""
    item = ContractItem(server.customer_id, f"server#{server.server_id}")
    item.document = to_document(server)
    return item


def customer(customer_id: str) -> Customer:
    """Return the customer; raises pynamodb's DoesNotExist."""
    return from_document(ContractItem.get(customer_id, "customer").document, Customer)


def contacts(customer_id: str) -> tuple[Contact, ...]:
    """Return the customer's contacts in their order, nobody for a customer without a contract."""
    try:
        return customer(customer_id).contacts
    except DoesNotExist:
        return ()


def server(server_id: str) -> Server:
    """Return the server; raises pynamodb's DoesNotExist."""
    item = ContractItem.get(customer_of(server_id), f"server#{server_id}")
    return from_document(item.document, Server)


def servers(customer_id: str) -> list[Server]:
    """Return all servers of the customer."""
    found = ContractItem.query(customer_id, ContractItem.item.startswith("server#"))
    return [from_document(item.document, Server) for item in found]


def terms(customer_id: str, server_ids: Iterable[str]) -> Terms:
    """Return the customer with these servers, in their order, as they were written last; raises
    pynamodb's DoesNotExist.
    """
    item = ContractItem.get(customer_id, "customer", consistent_read=True)
    begins = ContractItem.item.startswith("server#")
    stored = ContractItem.query(customer_id, begins, consistent_read=True)
    documents = {each.item.removeprefix("server#"): each.document for each in stored}
    wanted = tuple(from_document(documents[name], Server) for name in server_ids)
    return Terms(from_document(item.document, Customer), wanted)


def stop_repairs(whose: str, by: str) -> None:
    """Throw the kill switch: no repair for this customer, or for all with "provider"."""
    ContractItem(whose, "repairs-stopped", document={"by": by}).save()


def allow_repairs(whose: str) -> None:
    """Take the kill switch back."""
    ContractItem(whose, "repairs-stopped").delete()


def stopped_by() -> dict[str, str]:
    """Return who threw the kill switches that are thrown, by customer, "provider" for all."""
    found = ContractItem.scan(ContractItem.item == "repairs-stopped")
    return {item.customer_id: str(item.document["by"]) for item in found}


def repairs_stopped(customer_id: str) -> bool:
    """Tell whether the kill switch of the customer, or of all, is thrown; read before every run."""
    return any(is_stopped(whose) for whose in (customer_id, PROVIDER))


def is_stopped(whose: str) -> bool:
    """Tell whether the kill switch of the customer, or with "provider" that of all, is thrown."""
    return exists(whose, "repairs-stopped")


def exists(customer_id: str, item: str) -> bool:
    """Tell whether the partition has the item."""
    try:
        ContractItem.get(customer_id, item, consistent_read=True)
    except DoesNotExist:
        return False
    return True


def save_policy(policy: Policy) -> None:
    """Store the provider's policy; incidents that run keep the one that they started with."""
    ContractItem(PROVIDER, "policy", document=to_document(policy)).save()


def policy() -> Policy:
    """Return the provider's policy, or the specification's figures where none is stored."""
    try:
        return from_document(ContractItem.get(PROVIDER, "policy").document, Policy)
    except DoesNotExist:
        return Policy()


def save_engineers(engineers: Sequence[Contact]) -> None:
    """Store the provider's own rota in the order in which its engineers are called (clause M-1)."""
    ContractItem(PROVIDER, "engineers", document=to_document(list(engineers))).save()


def engineers() -> list[Contact]:
    """Return the provider's engineers in the order in which they are called; none when none are
    stored.
    """
    try:
        document = ContractItem.get(PROVIDER, "engineers").document
    except DoesNotExist:
        return []
    return from_document(document, list[Contact])
