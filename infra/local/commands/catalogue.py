"""`toban catalogue`: the menu of monitors for a person to read."""

from argparse import Namespace

from infra.local.menu_table import page


def show(given: Namespace) -> int:
    """Print the menu in the language that was asked for."""
    print(page(given.lang))
    return 0
