"""Why a command does nothing: something that the person at the keyboard can mend."""


class RefusalError(Exception):
    """The command was not carried out; the message names the place and the mend."""


def one_line(error: BaseException) -> str:
    """Return what an error says, to be put into a sentence of ours."""
    return " ".join(str(error).split()).rstrip(".")
