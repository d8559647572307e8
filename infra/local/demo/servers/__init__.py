"""Servers for demonstration and tests: real daemons where they are installed, else embedded."""
