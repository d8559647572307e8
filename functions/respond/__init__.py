"""Respond: enter the server, look around, and carry out the catalogue's procedure."""
