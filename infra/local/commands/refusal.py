"""Why a command does nothing: something that the person at the keyboard can mend."""


class RefusalError(Exception):
    """The command was not carried out; the message names the place and the mend."""
