"""Respond: enter the server, look around, and carry out a runbook or a procedure."""
