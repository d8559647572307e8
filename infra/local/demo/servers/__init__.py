"""Demonstration servers: real daemons where the machine has them, else embedded ones with the
same protocols.
"""
