"""The local system, for `toban up`, `toban demo` and the scenarios: start, look into, stop it."""

import json
import logging
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from moto.awslambda.models import lambda_backends
from moto.core.models import DEFAULT_ACCOUNT_ID

from infra.local import (
    figures,
    interpreter,
    objects,
    outbox,
    resource_types,
    rule_time,
    runtime,
    stack,
    tables,
    tokens,
)
from infra.local.aws import InProcessAws
from infra.local.clock import RuleClock
from infra.local.endpoint import Endpoint
from infra.local.executions import ExecutionRecord, ExecutionSummary
from infra.local.invocations import InvocationQueue
from infra.local.journal import Journal
from infra.local.pace import pace_of, wait_real
from infra.local.patches import Patches, require_known_moto
from infra.local.scheduler import Scheduler
from infra.local.stepped_clock import SteppedClock
from infra.local.telephone import PhoneBook, connect_api
from infra.local.telephone.network import Network, local_parameters
from infra.local.tidying import Tidying
from toban import clients
from toban import clock as toban_clock

TEMPLATE = Path(__file__).parents[2] / "template.yaml"
REGION = "ap-northeast-1"

_GRACE_S = 5.0  # how long a stop waits for handlers at work, real seconds

# moto writes a page about every failed task, which the history of the execution tells as well.
_QUIET = {"moto": logging.CRITICAL, "samtranslator": logging.ERROR}

_log = logging.getLogger("toban.local")

__all__ = ["ExecutionSummary", "LocalSystem"]


class LocalSystem:
    """The whole system in this process; one at a time.

    `stepped_from` lets rule time stand at that moment, and pass only in `wait_until`.
    """

    def __init__(  # noqa: PLR0913 - what `toban up` can be told
        self,
        *,
        speed: float = 1.0,
        state: Path | None = None,
        mail: Path | None = None,
        smtp: tuple[str, int] | None = None,
        aws_port: int = 0,
        phones: PhoneBook | None = None,
        parameters: dict[str, str] | None = None,
        template: Path = TEMPLATE,
        stack_name: str = "toban",
        region: str = REGION,
        stepped_from: datetime | None = None,
    ) -> None:
        self._speed, self._state, self._aws_port = speed, state, aws_port
        self._stepped_from = stepped_from
        self._carriers: list[outbox.Carrier] = [outbox.MailFolder(mail)] if mail else []
        if smtp:
            self._carriers.append(outbox.SmtpRelay(*smtp))
        self._parameters, self._phones = parameters or {}, phones or PhoneBook()
        self._template, self._stack_name, self.region = template, stack_name, region
        self._patches, self._stopping = Patches(), threading.Event()
        self._resources: dict[str, str] = {}
        self._levels: dict[str, int] = {}

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    # -- life ------------------------------------------------------------------------------------

    def start(self) -> None:
        """Deploy the template, take up what an earlier process left, and begin to fire schedules.

        Raises PortInUseError, StateFolderError, TemplateError, UnknownVersionError: one
        sentence each.
        """
        require_known_moto()
        with ExitStack() as undo:
            self.endpoint = Endpoint(self._aws_port)
            undo.callback(self.endpoint.stop)
            self.journal = Journal(self._state)
            undo.callback(self.journal.close)
            self._aws = InProcessAws(self.region)
            self._aws.start()
            undo.callback(self._aws.stop)
            self._make_parts()
            undo.pop_all()
        try:
            self._install()
            self._deploy()
            self._take_up()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Stop everything; what was running is on record and is taken up by the next start."""
        self._stopping.set()
        undo = (self._aws.stop, self._put_back, self.journal.close, self._patches.undo)
        with ExitStack() as last:  # the next system finds nothing of us, whatever goes wrong
            for each in (*undo, self.endpoint.stop):
                last.callback(each)
            self._end_work()

    def _end_work(self) -> None:
        self.scheduler.stop()
        self.queue.close()
        self.record.close()
        self.desk.close_all()
        self.telephone.close()
        if not self.runtime.wait_idle(_GRACE_S):
            _log.warning("A handler was still at work when the local system stopped.")
        deadline = time.monotonic() + _GRACE_S
        for thread in rule_time.running_threads():
            thread.join(max(0.0, deadline - time.monotonic()))

    def _put_back(self) -> None:
        for name, level in self._levels.items():
            logging.getLogger(name).setLevel(level)
        toban_clock.use(toban_clock.system_time)

    def _make_parts(self) -> None:
        self.clock = self._clock()
        self.journal.tell_time_by(self.clock.now)
        self.desk = tokens.TokenDesk(self.clock)
        self.runtime = runtime.Runtime(self.clock)
        self.queue = InvocationQueue(self.runtime, self.journal, self.clock)
        self.record = ExecutionRecord(self.journal, DEFAULT_ACCOUNT_ID, self.region)
        self.outbox = outbox.Outbox(self._carriers, self.journal, self.clock.now, self.region)
        self.scheduler = Scheduler(self.clock, self, DEFAULT_ACCOUNT_ID, self.region)
        self.pace = pace_of(self.clock, self.scheduler, self._stopping)
        self.telephone = Network(self.clock, self._phones, self._call)

    def _clock(self) -> RuleClock:
        last = self.journal.last_rule_time()
        begin = max(filter(None, [self._stepped_from or datetime.now(UTC), last]))
        return SteppedClock(begin) if self._stepped_from else RuleClock(self._speed, begin)

    def _install(self) -> None:
        for name, level in _QUIET.items():
            self._levels[name] = logging.getLogger(name).level
            logging.getLogger(name).setLevel(level)
        toban_clock.use(self.clock.now)
        interpreter.install(self._patches)
        rule_time.install(self._patches, self.clock, self._stopping)
        tokens.install(self._patches, self.desk)
        runtime.install(self._patches, self.runtime, self.queue)
        outbox.install(self._patches, self.outbox)
        resource_types.install(self._patches, self.journal, self.endpoint.url)
        figures.install(self._patches, self.clock.now)
        connect_api.install(self._patches, self.telephone)

    def _deploy(self) -> None:
        source = stack.read(self._template)
        given = local_parameters(source.document, self.region, self.endpoint.url) | self._parameters
        self._resources = stack.deploy(source, self._stack_name, self.region, given)
        self._aws.set_environment(stack.environment(list(self._functions().values())))
        stack.use_code(source)

    def _take_up(self) -> None:
        tables.restore(self.journal, DEFAULT_ACCOUNT_ID, self.region)
        objects.restore(self.journal, DEFAULT_ACCOUNT_ID, self.region)
        tables.install(self._patches, self.journal, DEFAULT_ACCOUNT_ID, self.region)
        objects.install(self._patches, self.journal, self.fire)
        self.record.install(self._patches)
        self.endpoint.start(lambda event: self.invoke("ServeGraphsFunction", event), self._call)
        self.record.restore()
        self.queue.resume(lambda name: self._functions().get(name))
        self.pace.start()
        tidying = Tidying(self.journal, self.record, self.client("dynamodb"), self.clock)
        tidying.start(self._stopping)

    def _functions(self) -> dict[str, Any]:
        backend: Any = lambda_backends[DEFAULT_ACCOUNT_ID][self.region]
        return {function.function_name: function for function in backend.list_functions()}

    # -- use -------------------------------------------------------------------------------------

    def client(self, service: str) -> Any:
        """Return the boto3 client of the service that is answered in this process."""
        return clients.client(service, self.region)

    def resource(self, logical_id: str) -> str:
        """Return a resource's physical id; a nested stack's resource is "Stack.Resource"."""
        return self._resources[logical_id]

    def put_secret(self, name: str, value: str) -> None:
        """Store a SecureString parameter; it is kept in the state folder as it is."""
        ssm = self.client("ssm")
        ssm.put_parameter(Name=name, Value=value, Type="SecureString", Overwrite=True)

    def invoke(self, logical_id: str, event: Any) -> Any:
        """Call a function and wait for its answer; raises runtime.HandlerError."""
        return self._call(self.resource(logical_id), event)

    def _call(self, name_or_arn: str, event: Any) -> Any:
        function = self._functions()[name_or_arn.rpartition(":function:")[2]]
        return json.loads(self.runtime.call(function, json.dumps(event)))

    def fire(self, arn: str, payload: str, done: Callable[[], None]) -> None:
        """Start what a schedule points at: a function, or a state machine."""
        if ":lambda:" in arn:
            self.queue.accept(self._functions()[arn.split(":")[6]], payload, done)
        else:
            self.client("stepfunctions").start_execution(stateMachineArn=arn, input=payload)
            done()

    def executions(self) -> list[ExecutionSummary]:
        """Return all executions, the earliest first."""
        return self.record.summaries()

    def history(self, arn: str) -> list[dict[str, Any]]:
        """Return the events of an execution; timestamps are rule time, ISO 8601."""
        return self.record.history(arn)

    def wait_idle(self, real_seconds: float = 30.0) -> bool:
        """Wait until no handler works and nothing is queued; executions may still wait."""
        busy = (self.runtime, self.queue)
        return wait_real(lambda: not any(b.busy for b in busy), real_seconds, self._stopping)

    def wait_until(self, condition: Callable[[], bool], rule_seconds: float) -> bool:
        """Wait for a condition; false when it has not come true after so many rule seconds."""
        return self.pace.wait_until(condition, rule_seconds)
