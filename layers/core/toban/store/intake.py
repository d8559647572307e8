"""The bucket that operators drop hearing sheets into, and that the results are written to."""

from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from toban.clients import client
from toban.settings import required

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
