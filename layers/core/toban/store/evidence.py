"""Large evidence of an incident: kept in a bucket, named in the record."""

from typing import TypeVar

import msgspec
from botocore.exceptions import ClientError

from toban.clients import client
from toban.settings import required

T = TypeVar("T")


def save(incident_id: str, name: str, document: object) -> str:
    """Store the document as JSON and return its key, e.g. incidents/<incident
    id>/diagnostics.json.
    """
    key = f"incidents/{incident_id}/{name}.json"
    body = msgspec.json.format(msgspec.json.encode(document), indent=1)
    client("s3").put_object(
        Bucket=required("EVIDENCE_BUCKET"), Key=key, Body=body, ContentType="application/json"
    )
    return key


def save_text(incident_id: str, name: str, text: str, content_type: str) -> str:
    """Store a text, e.g. under incidents/<incident id>/report.txt, and return its key."""
    return save_octets(incident_id, name, text.encode(), f"{content_type}; charset=utf-8")


def save_octets(incident_id: str, name: str, octets: bytes, content_type: str) -> str:
    """Store anything, e.g. a picture under incidents/<incident id>/graph-cpu.png; return its
    key.
    """
    key = f"incidents/{incident_id}/{name}"
    client("s3").put_object(
        Bucket=required("EVIDENCE_BUCKET"), Key=key, Body=octets, ContentType=content_type
    )
    return key


def load(incident_id: str, name: str, kind: type[T]) -> T | None:
    """Return the document, or None when there is none."""
    octets = load_octets(incident_id, f"{name}.json")
    return None if octets is None else msgspec.json.decode(octets, type=kind)


def load_octets(incident_id: str, name: str) -> bytes | None:
    """Return what was stored under the name, or None when nothing was."""
    key = f"incidents/{incident_id}/{name}"
    try:
        found = client("s3").get_object(Bucket=required("EVIDENCE_BUCKET"), Key=key)
    except ClientError as error:
        if error.response["Error"]["Code"] in {"NoSuchKey", "404"}:
            return None
        raise
    return bytes(found["Body"].read())
