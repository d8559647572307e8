"""The SNMP agent of a customer's server: its configuration, and what it says is worth watching."""
