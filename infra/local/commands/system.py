"""Starts the local system for a command, and says in one sentence why it cannot."""

import logging
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from infra.local.commands.refusal import RefusalError
from infra.local.endpoint import PortInUseError
from infra.local.journal import StateFolderError
from infra.local.patches import UnknownVersionError
from infra.local.stack import TemplateError
from infra.local.system import LocalSystem
from infra.local.telephone import PhoneBook
from toban.observability import logger

PARAMETERS = {"SenderAddress": "toban@msp.example", "OperatorAddress": "operator@msp.example"}
"""What the template has no default for: who mails come from, and who watches the watchers."""

_PERSON_CAN_MEND = (PortInUseError, StateFolderError, TemplateError, UnknownVersionError)


@contextmanager
def opened(  # noqa: PLR0913 - what `toban up` can be told
    *,
    speed: float,
    aws_port: int = 0,
    state: Path | None = None,
    mail: Path | None = None,
    smtp: tuple[str, int] | None = None,
    phones: PhoneBook | None = None,
    parameters: Mapping[str, str] | None = None,
) -> Iterator[LocalSystem]:
    """Run the system for the time of the block; raises RefusalError when it cannot be started."""
    system = LocalSystem(
        speed=speed,
        state=state,
        mail=mail,
        smtp=smtp,
        aws_port=aws_port,
        phones=phones,
        parameters={**PARAMETERS, **(parameters or {})},
    )
    try:
        system.start()
    except _PERSON_CAN_MEND as error:
        raise RefusalError(str(error)) from error
    try:
        yield system
    finally:
        system.stop()


def log_to(file: Path | None) -> None:
    """Write what functions log into a file; without one, only what is wrong, to stderr.

    Among the lines that a command prints it would drown what happens. A fault of our own that ends
    the command is told there nevertheless.
    """
    sys.excepthook = sys.__excepthook__  # the logger's own would write it into the file alone
    handler: logging.StreamHandler[TextIO] | logging.FileHandler = logging.StreamHandler()
    if file:
        handler = logging.FileHandler(file, encoding="utf-8")
    else:
        logger.setLevel(logging.WARNING)
    for name in ("toban.local", "paramiko"):
        logging.getLogger(name).addHandler(handler)
        logging.getLogger(name).propagate = False
    for written in logger.handlers:
        if isinstance(written, logging.StreamHandler):
            written.setStream(handler.stream)
