"""What a prober needs to ask one question of one server: a monitor without its words and rules."""

from dataclasses import dataclass
from enum import StrEnum

from toban.domain.own_check import AlertRule, CommandQuestion, OidQuestion
from toban.domain.scale import Scale, scale_of


class Kind(StrEnum):
    """How a monitor is probed; each kind has one prober."""

    TCP = "tcp"
    ALIVE = "alive"
    HTTP = "http"
    AGENT = "agent"
    PROCESS = "process"
    RESOURCE = "resource"
    STATE = "state"
    OID = "oid"
    COMMAND = "command"
    DIALOGUE = "dialogue"
    MYSQL = "mysql"
    POSTGRESQL = "postgresql"
    DNS = "dns"
    CERTIFICATE = "certificate"


AT_PORT = frozenset(
    {Kind.TCP, Kind.HTTP, Kind.DIALOGUE, Kind.MYSQL, Kind.POSTGRESQL, Kind.DNS, Kind.CERTIFICATE}
)
"""Kinds that ask one service at its port."""


class Resource(StrEnum):
    """The five resources of clause N-9, and what else an agent tells (catalogue 2.2, 2.4).

    EXTEND is what a command in the agent's configuration prints (NET-SNMP-EXTEND-MIB).
    """

    CPU = "cpu"
    LOAD = "load"
    MEMORY = "memory"
    DISK = "disk"
    TRAFFIC = "traffic"
    INODE = "inode"
    SWAP = "swap"
    PROCESSES = "processes"
    DISK_BUSY = "disk_busy"
    READ_ONLY = "read_only"
    CLOCK = "clock"
    REBOOT = "reboot"
    EXTEND = "extend"


class Framing(StrEnum):
    """Where an answer ends: at its line; at the line without "-" behind the three digits (RFC 5321,
    4.2; RFC 959, 4.2); at the first line without "* " (RFC 9051, 2.2.2); at the first line that
    begins as expected (RFC 4253, 4.2).
    """

    LINE = "line"
    REPLY = "reply"
    TAGGED = "tagged"
    BANNER = "banner"


@dataclass(frozen=True, slots=True)
class Agent:
    """Where the server's SNMP agent listens and which secret opens it.

    `secret` names a parameter whose value is the community (version "2c"), or, for version "3", the
    JSON object {"user", "auth_protocol", "auth_key", "priv_protocol", "priv_key"}.
    """

    address: str
    port: int = 161
    version: str = "2c"
    secret: str = ""


@dataclass(frozen=True, slots=True)
class AliveQuestion:
    """TCP ports that are knocked at in this order, in the place of an ICMP echo that functions
    cannot send: a host that accepts or refuses at any of them is alive.
    """

    ports: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class HttpQuestion:
    """One HTTP(S) request and what counts as a good answer.

    With `any_status` a status line alone proves the server (the port monitors http, https);
    otherwise the status must lie in `lowest_status`..`highest_status` after at most `redirects`
    redirects on the same server.
    """

    tls: bool = False
    host: str = ""
    path: str = "/"
    method: str = "GET"
    any_status: bool = False
    lowest_status: int = 200
    highest_status: int = 399
    must_contain: str = ""
    must_not_contain: str = ""
    redirects: int = 0
    verify_certificate: bool = True


@dataclass(frozen=True, slots=True)
class DialogueStep:
    """One line to `send` ("": the server speaks first) and how a good answer begins.

    `offers` are words of which one must stand in the answer; with `tls` all that follows is
    encrypted (STARTTLS).
    """

    send: str = ""
    expect: tuple[str, ...] = ()
    offers: tuple[str, ...] = ()
    tls: bool = False


@dataclass(frozen=True, slots=True)
class DialogueQuestion:
    """A conversation in lines over TCP, with TLS from the beginning on if `tls`.

    An answer that begins with one of `unjudged` tells that the server will not speak with us, or
    not yet: nothing is known then. `farewell` is said at the end of a good conversation.
    """

    steps: tuple[DialogueStep, ...]
    framing: Framing = Framing.LINE
    tls: bool = False
    unjudged: tuple[str, ...] = ()
    farewell: str = ""


@dataclass(frozen=True, slots=True)
class DnsQuestion:
    """The name and the type of record (SOA or A) that a name server is asked for."""

    name: str
    record: str = "SOA"


@dataclass(frozen=True, slots=True)
class CertificateQuestion:
    """The name that visitors use, and how many days before its end a certificate is told of.

    `protocol` is what is spoken before TLS begins: smtp, imap, pop3, ftp, or "" for nothing.
    """

    host: str
    days: int = 30
    protocol: str = ""


@dataclass(frozen=True, slots=True)
class ProcessQuestion:
    """How many processes of a name must run; `arguments` is a regular expression on the command
    line.
    """

    name: str
    arguments: str = ""
    minimum: int = 1
    maximum: int | None = None


@dataclass(frozen=True, slots=True)
class ResourceQuestion:
    """Which resource is measured against which threshold.

    `threshold` is on the `scale` of the resource, load per online core for load (at least `floor`
    in absolute load). `subject` is the mount point of a disk, the device that may be busy or the
    interface of traffic; `capacity` is the interface's contracted speed in bits per second (0: as
    the agent tells). `extend` names the agent's extend line, whose figure is `told` on a scale.
    From `grave_from` on it is no mere warning.
    """

    resource: Resource
    threshold: float
    subject: str = ""
    floor: float = 0.0
    capacity: float = 0.0
    extend: str = ""
    told: Scale | None = None
    grave_from: float | None = None

    @property
    def scale(self) -> Scale:
        """What the figure counts."""
        return scale_of(self.resource, self.told)


@dataclass(frozen=True, slots=True)
class Check:
    """A question to one address; exactly the question of its kind is set (TCP, AGENT, MYSQL and
    POSTGRESQL need none).
    """

    monitor_id: str
    kind: Kind
    address: str
    port: int = 0
    connect_timeout_seconds: float = 10.0
    total_timeout_seconds: float = 20.0
    expect_banner: str = ""
    http: HttpQuestion | None = None
    agent: Agent | None = None
    process: ProcessQuestion | None = None
    resource: ResourceQuestion | None = None
    alive: AliveQuestion | None = None
    dialogue: DialogueQuestion | None = None
    dns: DnsQuestion | None = None
    certificate: CertificateQuestion | None = None
    oid: OidQuestion | None = None
    command: CommandQuestion | None = None

    @property
    def rule(self) -> AlertRule | None:
        """The customer's own rule, of a check that follows one."""
        question = self.oid or self.command
        return question.rule if question else None

    @property
    def server_id(self) -> str:
        """The server that the monitor belongs to."""
        return self.monitor_id.rpartition(".")[0]
