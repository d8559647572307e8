"""Whose sheet it is: an id that is or was another customer's is refused, with what belongs to
it.
"""

from contract.sheet import Sheet, SheetError
from toban.catalogue.mistake import Mistake, quoted
from toban.domain.contract import Customer
from toban.store import ended, revisions

_ANOTHER = 'If this is another customer, write another "id".'


def refuse_anothers(sheet: Sheet, file: str) -> None:
    """Raise SheetError when the sheet's id belongs to somebody else.

    A sheet with another name and without any mail address of the contract that stands is taken for
    another customer's: nobody changes both on one day. An id is never given again, since graphs and
    reports of the customer who had it are kept longer than the contract (C-7).
    """
    customer = sheet.customer
    before = revisions.agreed(customer.customer_id)
    if before and _is_another(customer, before.customer):
        problem = (
            f"{quoted(customer.customer_id)} is the id of {quoted(before.customer.name)}, whose "
            "contacts are others."
        )
        mend = f"{_ANOTHER} If it is the same, change name and contacts one after the other."
    elif not before and ended.is_forgotten(customer.customer_id):
        problem = f"{quoted(customer.customer_id)} was the id of a contract that has ended."
        mend = 'Write another "id": ids are never given twice.'
    else:
        return
    raise SheetError([Mistake(file, sheet.id_at, problem, mend)])


def _is_another(customer: Customer, before: Customer) -> bool:
    known = {contact.mail for contact in before.contacts}
    return customer.name != before.name and known.isdisjoint(
        contact.mail for contact in customer.contacts
    )
