"""Tell a service outside of AWS that we are alive; it raises the alarm when it hears nothing."""

from urllib.request import urlopen

from toban.observability import logger
from toban.settings import optional

_PATIENCE_S = 10


def all_is_well() -> None:
    """Call DEAD_MAN_URL, when there is one. What goes wrong is only logged: the service will
    notice that nobody called.
    """
    url = optional("DEAD_MAN_URL")
    if not url:
        return
    try:
        with urlopen(url, timeout=_PATIENCE_S) as answer:  # noqa: S310 - the template takes https only
            answer.read(1)
    except (OSError, ValueError) as error:
        # the address is as good as a password there
        logger.warning("dead-man URL not reached", extra={"error": type(error).__name__})
