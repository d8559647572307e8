"""Take in what an operator dropped into the intake bucket: plan or apply the sheet, and tell the
result beside it and by mail, or begin its acceptance (clauses C-2 to C-6; docs/decisions/0121).
"""

from base64 import b64encode
from functools import partial
from typing import Any

from contract import read_hearing_sheet
from contract.agreement import NotAgreedError, agreed_terms, run_of
from contract.dropped import (
    ACCEPT,
    WITH_CALL,
    MisplacedError,
    Wish,
    digest,
    result_key,
    wish_of,
)
from contract.plan_words import agreed, told
from contract.result_mail import tell_result
from contract.workbook_file import MOST_BYTES
from toban.catalogue.mistake import MistakesError
from toban.executions import invoke_later
from toban.observability import logger
from toban.settings import required
from toban.store import intake
from toban.store.documents import to_document
from toban.store.intake import Dropped

_TOO_LARGE = f"The file is larger than {MOST_BYTES // 1024 // 1024} MiB: no hearing sheet is."
NOTHING_TRIED = "Nothing was tried."


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Take EventBridge's "Object Created" of S3; return {"result": key, "done": bool}: whether it
    was taken in now, and not by an earlier call.

    What counts is what lies in the bucket now: an event that comes late, twice or after the next
    version does the same as one in time.
    """
    key = str(event["detail"]["object"]["key"])
    result = result_key(key)
    dropped = None if key.endswith("/") else intake.load(key, MOST_BYTES)
    if dropped is None or intake.answered(result) == dropped.version:
        return {"result": result, "done": False}
    lines = _taken_in(dropped)
    if not lines:
        return {"result": result, "done": intake.is_newest(dropped)}
    # told first: whoever finds the result may rely on the mail, and a repeated mail is sent once
    _tell(dropped, result, lines)
    intake.save(result, "\n".join(lines) + "\n", dropped.version)
    logger.info("hearing sheet taken in", extra={"object": digest(key), "version": dropped.version})
    return {"result": result, "done": True}


def _taken_in(dropped: Dropped) -> list[str]:
    """Return what there is to tell; nothing yet of an acceptance that has begun, nothing at all of
    a sheet that was replaced meanwhile.
    """
    try:
        wish = wish_of(dropped.key)
    except MisplacedError as error:
        return [str(error)]
    if dropped.content is None:
        return [_TOO_LARGE]
    if wish.action in {ACCEPT, WITH_CALL}:
        return _accepting(dropped, wish)
    asked = {
        "action": wish.action,
        "sheet_base64": b64encode(dropped.content).decode(),
        "file": wish.file,
        "plan_id": wish.plan_id,
        "requested_by": f"intake bucket, version {dropped.version}",
    }
    return _answered(asked, dropped)


def _accepting(dropped: Dropped, wish: Wish) -> list[str]:
    """An acceptance may take longer than a bucket's event may wait: it runs by itself."""
    content = b64encode(dropped.content or b"").decode()
    try:
        terms = agreed_terms({"sheet_base64": content, "file": wish.file})
    except MistakesError as error:
        return [*str(error).splitlines(), NOTHING_TRIED]
    except NotAgreedError as error:
        return [str(error), NOTHING_TRIED]
    run = run_of(terms, dropped.key, dropped.version, call=wish.action == WITH_CALL)
    invoke_later(required("RUN_ACCEPTANCE_FUNCTION"), {"run": to_document(run)})
    return []


def _answered(asked: dict[str, Any], dropped: Dropped) -> list[str]:
    answer = _asked(asked, dropped)
    if answer["mistakes"] == [read_hearing_sheet.STALE] and not intake.is_newest(dropped):
        return []
    if answer["mistakes"]:
        return [*answer["mistakes"], "Nothing was changed."]
    if asked["action"] == "apply":
        return agreed(answer["plan"])
    return [*told(answer["plan"]), *_next(answer["plan"], asked["file"])]


def _asked(asked: dict[str, Any], dropped: Dropped) -> dict[str, Any]:
    is_newest = partial(intake.is_newest, dropped)
    answer = read_hearing_sheet.answer_to(asked, is_newest)
    if answer["mistakes"] == [read_hearing_sheet.STALE]:
        # the same event may be at work twice: what the other one agreed to stands by now
        answer = read_hearing_sheet.answer_to(asked, is_newest)
    return answer


def _next(plan: dict[str, Any], file: str) -> list[str]:
    if not plan["changes_anything"]:
        return []
    return [f"To agree: drop the same file as apply/{plan['plan_id']}/{file}"]


def _tell(dropped: Dropped, result: str, lines: list[str]) -> None:
    name = f"{digest(dropped.key)}.{digest(dropped.version)}"
    tell_result(name, result, lines)
