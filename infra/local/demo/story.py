"""The demonstration's story: two outages of one server, watched through what a user can see."""

import threading
import time
from dataclasses import dataclass, field

from infra.local.commands.chronicle import Feed
from infra.local.demo import keeping
from infra.local.demo.hearing_sheet import CONTACTS, CUSTOMER_ID
from infra.local.demo.narration import Narrator
from infra.local.demo.server import ORDERS, SHOP, DemonstrationServer
from infra.local.demo.timeline import NOT_REPAIRED, REPAIRED, Outage
from infra.local.system import LocalSystem

MAILS_TO = tuple(contact["mail"] for contact in CONTACTS)
_LIMIT_RULE_S = 330
_LIMIT_REAL_S = 20
"""How long one thing may take to follow another: the rules' waits, and what is done meanwhile."""
_LOOK_AGAIN_S = 0.25


@dataclass
class Story:
    """Plays both outages; `outages` holds what came of them."""

    system: LocalSystem
    server: DemonstrationServer
    narrator: Narrator
    outages: list[Outage] = field(default_factory=list)
    _news: Feed = field(default_factory=Feed)
    _pause: threading.Event = field(default_factory=threading.Event)

    def play(self) -> list[str]:
        """Play everything; return a sentence for each thing that is not as it should be."""
        faults = self._repaired() or self._not_repaired()
        return faults or list(self._evidence())

    def _repaired(self) -> list[str]:
        """Kill the web service; a restart helps (clauses P-1, P-2)."""
        outage = self._new(f"{CUSTOMER_ID}.{self.server.host}.http", REPAIRED)
        outage.begin(self.system.clock.now())
        self.server.shop.kill()
        self.narrator.tell(
            outage.facts["fault"], "FAULT", f"the web service {SHOP} is killed (kill -9)"
        )
        return self._follow(outage, REPAIRED)

    def _not_repaired(self) -> list[str]:
        """Break a configuration: nothing may be started until it is mended by hand (clause P-3)."""
        outage = self._new(f"{CUSTOMER_ID}.{self.server.host}.{ORDERS}", NOT_REPAIRED)
        self.narrator.say()
        outage.begin(self.system.clock.now())
        self.server.break_orders()
        mistake = f"a typing error in the configuration of {ORDERS}; it starts no more"
        self.narrator.tell(outage.facts["fault"], "FAULT", mistake)
        until = NOT_REPAIRED.index("mended_by_hand")
        faults = self._follow(outage, NOT_REPAIRED[:until])
        if faults:
            return faults
        outage.note("mended_by_hand", self.system.clock.now())
        self.server.mend_orders()
        by_hand = f"the customer mends the configuration and starts {ORDERS}"
        self.narrator.tell(outage.facts["mended_by_hand"], "BY HAND", by_hand)
        return self._follow(outage, NOT_REPAIRED[until:])

    def _new(self, monitor_id: str, expected: tuple[str, ...]) -> Outage:
        self.outages.append(Outage(monitor_id, expected))
        return self.outages[-1]

    def _follow(self, outage: Outage, facts: tuple[str, ...]) -> list[str]:
        for fact in facts:
            if not self._until(outage, fact):
                words = fact.replace("_", " ")
                where = outage.incident_id or outage.monitor_id
                return [
                    f"{outage.monitor_id}: no {words} within the time that the rules allow; "
                    f"look into executions/*{where}*.json and toban.log."
                ]
        return []

    def _until(self, outage: Outage, fact: str) -> bool:
        limit = self.system.clock.real_seconds(_LIMIT_RULE_S) + _LIMIT_REAL_S
        deadline = time.monotonic() + limit
        while fact not in outage.facts:
            self._listen(outage)
            if time.monotonic() > deadline:
                return False
            self._pause.wait(_LOOK_AGAIN_S)
        return True

    def _listen(self, outage: Outage) -> None:
        for entry in self._news.unheard():
            outage.hear(entry)
            self.narrator.retell(entry)

    def _history(self, outage: Outage) -> list[dict[str, object]]:
        machine = self.system.resource("IncidentMachine")
        arn = f"{machine.replace(':stateMachine:', ':execution:')}:{outage.incident_id}"
        return keeping.history(self.system.client("stepfunctions"), arn)

    def _evidence(self) -> list[str]:
        faults = [fault for outage in self.outages for fault in outage.faults(MAILS_TO)]
        for outage in self.outages:
            if not keeping.collected(self._history(outage)):
                faults.append(f"{outage.monitor_id}: nothing was collected on the server over SSH.")
        for web in (self.server.shop, self.server.orders):
            if not web.answers():
                faults.append(f"{web.program} does not answer at the end.")
        return faults
