"""Addresses that are no server's: those that lead back to who connects to them."""

import ipaddress

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def plain(address: Address) -> Address:
    """Return an IPv4 address that is written as IPv6 (::ffff:192.0.2.10) as what it is."""
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address


def is_no_servers(address: Address) -> bool:
    """Tell whether it is an address that no server has for others: of the network itself."""
    own = plain(address)
    return own.is_unspecified or own.is_multicast or own.is_link_local


def leads_back(numeric: str) -> bool:
    """Tell whether connecting there ends on our own machine, or at what serves it alone."""
    found = plain(ipaddress.ip_address(numeric.partition("%")[0]))
    return found.is_loopback or is_no_servers(found)
