"""The telephone network of one machine: Amazon Connect's API before it, scripted people behind
it.
"""

from infra.local.telephone.behaviour import Behaviour
from infra.local.telephone.phone_book import PhoneBook, PhoneBookError, read_phone_book

__all__ = ["Behaviour", "PhoneBook", "PhoneBookError", "read_phone_book"]
