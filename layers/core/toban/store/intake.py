"""The bucket that operators drop hearing sheets into, and that the results are written to."""

from dataclasses import dataclass
from typing import Any

import msgspec
from botocore.exceptions import ClientError

from toban.clients import client
from toban.domain.acceptance import Acceptance, AcceptanceRun
from toban.settings import required
from toban.store.documents import from_document, to_document

_NONE = {"NoSuchKey", "404"}
_ANSWERS = "answers"


@dataclass(frozen=True, slots=True)
class Dropped:
    """An object as it lies in the bucket now: `version` tells it from what lay there before.

    `content` is None when it is larger than the reader wants to have.
    """

    key: str
    version: str
    content: bytes | None


def load(key: str, most_bytes: int) -> Dropped | None:
    """Return what lies under the key now, or None when nothing does."""
    found = _found(key)
    if found is None:
        return None
    content = found["Body"].read() if found["ContentLength"] <= most_bytes else None
    return Dropped(key, _version(found), content)


def is_newest(dropped: Dropped) -> bool:
    """Tell whether this is what lies under its key now."""
    found = _found(dropped.key)
    return found is not None and _version(found) == dropped.version


def answered(key: str) -> str:
    """Return the version of a sheet that the result under the key answers; "" without any."""
    found = _found(key)
    return str(found["Metadata"][_ANSWERS]) if found and _ANSWERS in found["Metadata"] else ""


def save(key: str, text: str, answers: str) -> None:
    """Write the result, with the version of the sheet that it answers."""
    client("s3").put_object(
        Bucket=required("INTAKE_BUCKET"),
        Key=key,
        Body=text.encode(errors="replace"),
        ContentType="text/plain; charset=utf-8",
        Metadata={_ANSWERS: answers},
    )


def save_acceptance(key: str, run: AcceptanceRun, found: Acceptance) -> None:
    """Keep what an acceptance run has found, beside its sheet."""
    body = msgspec.json.encode({"run": to_document(run), "acceptance": to_document(found)})
    save_page(key, body, "application/json")


def acceptance(key: str) -> tuple[AcceptanceRun, Acceptance]:
    """Return what a run has found; raises LookupError."""
    found = _found(key)
    if found is None:
        raise LookupError(key)
    kept = msgspec.json.decode(found["Body"].read())
    return from_document(kept["run"], AcceptanceRun), from_document(kept["acceptance"], Acceptance)


def save_page(key: str, body: bytes, media_type: str) -> None:
    """Write a further form of a result; the text that `save` writes is what ends the work."""
    client("s3").put_object(
        Bucket=required("INTAKE_BUCKET"), Key=key, Body=body, ContentType=media_type
    )


def text(key: str) -> str:
    """Return the text of an object, "" when there is none."""
    found = _found(key)
    return str(found["Body"].read().decode(errors="replace")) if found else ""


def _found(key: str) -> dict[str, Any] | None:
    try:
        return dict(client("s3").get_object(Bucket=required("INTAKE_BUCKET"), Key=key))
    except ClientError as error:
        if error.response["Error"]["Code"] in _NONE:
            return None
        raise


def _version(found: dict[str, Any]) -> str:
    """A bucket without versions, as the local system's, tells by content and time."""
    kept = str(found["VersionId"]) if "VersionId" in found else "null"
    etag = found["ETag"].strip('"')
    return kept if kept != "null" else f"{etag}.{found['LastModified']:%Y%m%dT%H%M%S}"
