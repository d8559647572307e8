"""The telephone network of one machine: Amazon Connect's API before it, scripted people behind
it.
"""

from infra.local.telephone.call import PhoneCall
from infra.local.telephone.network import Network, local_parameters
from infra.local.telephone.phone_book import Behaviour, PhoneBook

__all__ = ["Behaviour", "Network", "PhoneBook", "PhoneCall", "local_parameters"]
