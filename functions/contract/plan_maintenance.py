"""Plan, extend, cancel and list maintenance (clause C-5): the operators' way in."""

from collections.abc import Callable
from typing import Any

from pynamodb.exceptions import DoesNotExist

from contract.booking import book, book_next, cancel, extend
from contract.maintenance_request import NAME_LIMIT, NOBODY, Request, RequestError
from toban import clock
from toban.domain.contract import Server
from toban.domain.identifier import customer_of, server_of
from toban.domain.maintenance import Rule, Window, mistakes_in
from toban.store import contracts, maintenance, revisions
from toban.store.documents import to_document


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Take {"action": "plan" | "extend" | "cancel" | "list", ...}; return {"mistakes", "zone",
    "windows", "rules"}.

    Plan: "server_id", "requested_by", "ends_at" or "minutes", and, where wanted, "starts_at" (now),
    "monitor_ids" (the whole server), "reason", "recurrence" {"weekdays", "starts", "minutes",
    "holidays"}. Extend: "window_id", "requested_by", "ends_at" or "minutes" more. Cancel:
    "window_id" (a rule's id as well), "requested_by". List: "server_id", or a customer's id there.
    Times without an offset are in the customer's zone. With a mistake nothing is done at all.
    """
    action = ACTIONS.get(str(event.get("action")))
    try:
        if action is None:
            raise RequestError([f"no such action: write one of {', '.join(ACTIONS)}"])
        return {"mistakes": [], **action(event)}
    except RequestError as error:
        return {"mistakes": error.mistakes, "zone": "UTC", "windows": [], "rules": []}


def _plan(event: dict[str, Any]) -> dict[str, Any]:
    request = _request(event, str(event.get("server_id")))
    if revisions.has_left(request.server.server_id):
        left = f"{request.server.server_id} has left the contract and is not watched"
        request.mistakes.append(f"{left}: no maintenance is needed")
    if not event.get("recurrence"):
        return _answer(request, [book(request.window(), request.now, anew=True)])
    rule = request.rule()
    return _answer(request, _begin(rule, request), [rule])


def _begin(rule: Rule, request: Request) -> list[Window]:
    """Put a rule in force; one that stands already is left alone while it has a window to come."""
    standing = maintenance.rule(rule.rule_id)
    if standing and standing.recurrence != rule.recurrence:
        raise RequestError([f"{rule.rule_id} is in force with other terms: cancel it first"])
    windows = maintenance.since(rule.server_id, request.now)
    ahead = [each for each in windows if each.rule_id == rule.rule_id]
    if standing and any(each.is_to_come(request.now) for each in ahead):
        return [each for each in ahead if each.is_to_come(request.now)]
    maintenance.save_rule(rule)
    first = book_next(rule, request.now, request.now, anew=True)
    if first is None:
        maintenance.end_rule(rule.rule_id)
        raise RequestError(["no day of the coming year fits: name other weekdays or holidays"])
    return [first]


def _extend(event: dict[str, Any]) -> dict[str, Any]:
    request, window = _of_window(event)
    ends_at = request.end(window.ends_at)
    by = _by(request)
    request.refuse_mistakes()
    if ends_at is None or ends_at == window.ends_at:
        return _answer(request, [window])
    longer = Window(window.window_id, window.server_id, window.starts_at, ends_at, by)
    request.mistakes += mistakes_in(longer, request.now)
    if not window.is_to_come(request.now):
        request.mistakes.append(f"{window.window_id} is over: plan a new window")
    if ends_at < window.ends_at:
        request.mistakes.append(
            f"{window.window_id} ends later already: cancel it when the work is done"
        )
    request.refuse_mistakes()
    return _answer(request, [extend(window, ends_at, request.now, by)])


def _cancel(event: dict[str, Any]) -> dict[str, Any]:
    rule = maintenance.rule(str(event.get("window_id")))
    if rule is None:
        request, window = _of_window(event)
        windows = [window]
    else:
        request = _request(event, rule.server_id)
        ahead = maintenance.since(rule.server_id, request.now)
        windows = [each for each in ahead if each.rule_id == rule.rule_id]
    by = _by(request)
    request.refuse_mistakes()
    if rule:
        maintenance.end_rule(rule.rule_id)
    return _answer(request, [cancel(each, request.now, by) for each in windows])


def _list(event: dict[str, Any]) -> dict[str, Any]:
    asked = str(event.get("server_id"))
    servers = [_server(asked)] if "." in asked else contracts.servers(asked)
    if not servers:
        raise RequestError([f"there is no customer {asked!r} with servers"])
    request = _request(event, servers[0].server_id)
    windows = [
        window
        for server in servers
        for window in maintenance.since(server.server_id, request.now)
        if window.is_to_come(request.now)
    ]
    rules = [rule for server in servers for rule in maintenance.rules(server.server_id)]
    return _answer(request, windows, rules)


ACTIONS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "plan": _plan,
    "extend": _extend,
    "cancel": _cancel,
    "list": _list,
}


def _of_window(event: dict[str, Any]) -> tuple[Request, Window]:
    asked = str(event.get("window_id"))
    window = maintenance.get(asked) if asked.count(".") > 1 else None
    if window is None:
        raise RequestError([f"there is no window {asked!r}: list the server's maintenance"])
    return _request(event, server_of(asked)), window


def _request(event: dict[str, Any], server_id: str) -> Request:
    server = _server(server_id)
    customer = contracts.customer(customer_of(server_id))
    return Request(event, customer, server, clock.now())


def _server(server_id: str) -> Server:
    try:
        return contracts.server(server_id)
    except DoesNotExist:
        raise RequestError(
            [f"there is no server {server_id!r}: write it like acme.web01"]
        ) from None


def _by(request: Request) -> str:
    by = request.text("requested_by", NAME_LIMIT)
    if not by:
        request.mistakes.append(NOBODY)
    return by


def _answer(
    request: Request, windows: list[Window], rules: list[Rule] | None = None
) -> dict[str, Any]:
    return {
        "zone": request.customer.zone,
        "windows": [to_document(each) | {"phase": each.state(request.now)} for each in windows],
        "rules": to_document(rules or []),
    }
