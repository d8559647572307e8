"""S3 objects and SSM parameters, written through to the journal and read back from it."""

import hashlib
import json
import threading
from pathlib import Path
from typing import Any

from moto.s3.models import FakeKey, S3Backend, s3_backends
from moto.s3.responses import S3Response
from moto.ssm.models import SimpleSystemManagerBackend, ssm_backends

from infra.local import events
from infra.local.journal import Journal
from infra.local.patches import Patches

# A larger body is a file of its own in the state folder, so that the journal stays small.
LARGE_BODY = 256 * 1024


def install(patches: Patches, journal: Journal, fire: events.Fire) -> None:
    """Write every change of an object or a parameter through, before it is answered; `fire` starts
    what a rule of EventBridge points at.
    """
    events.install(patches, fire)
    _install_objects(patches, journal)
    _install_parameters(patches, journal)


def restore(journal: Journal, account: str, region: str) -> None:
    """Put objects and parameters back."""
    buckets = s3_backends[account]["aws"]
    for bucket, key, document, body, file in journal.rows("select * from objects"):
        if bucket in buckets.buckets:
            value = _body_file(journal, file).read_bytes() if file else body
            buckets.put_object(bucket, key, value).set_metadata(json.loads(document))
    parameters: Any = ssm_backends[account][region]
    for name, document in journal.rows("select name, document from parameters"):
        kept = json.loads(document)
        parameters.put_parameter(
            name, kept["description"], kept["value"], kept["type"], None, kept["key"], True, None,
            "text", None, None,
        )  # fmt: skip


def _install_objects(patches: Patches, journal: Journal) -> None:
    """The backend's methods tell what changed; metadata follows them, hence the write at the call's
    end.
    """
    changed = threading.local()

    def noting(original: Any) -> Any:
        def change(self: Any, bucket_name: str, key_name: str, *rest: Any, **named: Any) -> Any:
            changed.__dict__.setdefault("keys", []).append((bucket_name, key_name))
            return original(self, bucket_name, key_name, *rest, **named)

        return change

    def keeping(original: Any) -> Any:
        def respond(self: Any, *request: Any) -> Any:
            changed.keys = []
            response = original(self, *request)
            for bucket, key in changed.keys:
                _keep_object(journal, self.backend, bucket, key)
            return response

        return respond

    for name in ("put_object", "delete_object"):
        patches.replace(S3Backend, name, noting(getattr(S3Backend, name)))
    for name in ("key_response", "bucket_response"):
        patches.replace(S3Response, name, keeping(getattr(S3Response, name)))


def _keep_object(journal: Journal, backend: Any, bucket: str, key: str) -> None:
    found = backend.get_bucket(bucket).keys.get(key)
    if not isinstance(found, FakeKey):
        journal.write("delete from objects where bucket = ? and key = ?", bucket, key)
        return
    body, file = found.value, None
    if journal.folder and len(body) > LARGE_BODY:
        file = hashlib.sha256(body).hexdigest()
        _write_file(_body_file(journal, file), body)
    row = (bucket, key, json.dumps(dict(found.metadata)), None if file else body, file)
    journal.write("insert or replace into objects values (?, ?, ?, ?, ?)", *row)


def _body_file(journal: Journal, name: str) -> Path:
    assert journal.folder, "a journal in memory has no files"  # noqa: S101 - held by _keep_object
    return journal.folder / "objects" / name


def _write_file(path: Path, body: bytes) -> None:
    path.parent.mkdir(exist_ok=True)
    draft = path.with_name(f".{path.name}.{threading.get_ident()}")
    draft.write_bytes(body)
    draft.replace(path)


def _install_parameters(patches: Patches, journal: Journal) -> None:
    original_put: Any = SimpleSystemManagerBackend.put_parameter
    original_delete: Any = SimpleSystemManagerBackend.delete_parameter
    original_delete_all: Any = SimpleSystemManagerBackend.delete_parameters

    def put_parameter(self: Any, name: str, *rest: Any, **named: Any) -> Any:
        made = original_put(self, name, *rest, **named)
        document = {
            "type": made.parameter_type,
            "value": made.decrypt(made.value),
            "key": made.keyid,
            "description": made.description,
        }
        journal.write("insert or replace into parameters values (?, ?)", name, json.dumps(document))
        return made

    def delete_parameter(self: Any, name: str) -> None:
        original_delete(self, name)
        journal.write("delete from parameters where name = ?", name)

    def delete_parameters(self: Any, names: list[str]) -> Any:
        deleted = original_delete_all(self, names)
        journal.write_many("delete from parameters where name = ?", [(name,) for name in deleted])
        return deleted

    patches.replace(SimpleSystemManagerBackend, "put_parameter", put_parameter)
    patches.replace(SimpleSystemManagerBackend, "delete_parameter", delete_parameter)
    patches.replace(SimpleSystemManagerBackend, "delete_parameters", delete_parameters)
