"""The demonstration: a server of its own on this machine, an outage, and proof of what happened."""
