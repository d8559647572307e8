"""Files that a person names, read and written; what cannot be is one sentence."""

from base64 import b64encode
from pathlib import Path

from infra.local.commands.refusal import RefusalError


def content(file: Path) -> str:
    """Return a file as an event carries it, in base64; raises RefusalError."""
    try:
        return b64encode(file.read_bytes()).decode()
    except OSError as error:
        raise RefusalError(f"{file} cannot be read: {error.strerror}.") from None


def write(path: Path, text: str) -> None:
    """Write the file, over one that stands there; raises RefusalError."""
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise RefusalError(f"{path} cannot be written: {error.strerror}.") from None
