"""Programs that change something in a way that a procedure may, and with which arguments."""

import re

_SERVICE = r"start|stop|restart|reload|force-reload|condrestart|try-restart|reload-or-restart"
_SIGNAL = r"(?:-(?:s )?(?:SIG)?(?:HUP|TERM|USR1|USR2|INT|CONT|1|15) )?"
_NAMES = r"(?: [A-Za-z0-9@_.:-]+)*"

CHANGING = {
    "systemctl": rf"(?:--\S+ )*(?:{_SERVICE}|reset-failed|daemon-reload){_NAMES}",
    "service": rf"[A-Za-z0-9@_.:-]+ (?:{_SERVICE})",
    "supervisorctl": rf"(?:start|stop|restart|reread|update|clear){_NAMES}",
    "monit": rf"(?:start|stop|restart){_NAMES}",
    "docker": rf"(?:start|stop|restart){_NAMES}",
    "podman": rf"(?:start|stop|restart){_NAMES}",
    "pg_ctlcluster": rf"[0-9.]+ \S+ (?:{_SERVICE}){_NAMES}",
    "nginx": r"-s (?:reload|reopen)",
    "apachectl": r"(?:-k )?(?:graceful|graceful-stop|start|stop|restart)",
    "apache2ctl": r"(?:-k )?(?:graceful|graceful-stop|start|stop|restart)",
    "postfix": r"start|stop|reload|flush",
    "postqueue": r"-f|-s [A-Za-z0-9.-]+",
    "exim": r"-qf{0,2}",
    "exim4": r"-qf{0,2}",
    "rndc": r"(?:reload|reconfig|flush|flushname|refresh)(?: [A-Za-z0-9.-]+)*",
    "rabbitmqctl": rf"(?:start_app|stop_app){_NAMES}",
    "mysqladmin": r"(?:-\S+ )*(?:flush-(?:hosts|logs|status|tables|threads)|kill [0-9,]+)",
    "redis-cli": r"(?i:(?:-[hnp] \S+ )*(?:del|set|expire|lrem|persist|client) .*)",
    "kill": rf"{_SIGNAL}[0-9]+(?: [0-9]+)*",
    "pkill": rf"{_SIGNAL}(?:-[xfu] ?)*[A-Za-z0-9_.@/ -]+",
    "killall": rf"{_SIGNAL}[A-Za-z0-9_.@-]+",
    "journalctl": r"--(?:rotate|flush|sync|vacuum-(?:size|time)=\S+)",
    "logrotate": r"(?:-f )?/etc/logrotate\.\S+",
    "swapoff": r"-a",
    "swapon": r"-a",
    "exportfs": r"-ra?",
    "mount": r"(?:-o remount,rw )?/\S+",
    "sync": "",
    "newaliases": "",
}
"""By name: what all arguments together must be."""
_FILE_OPTIONS = re.compile(
    r"^-[a-zA-Z]*[oOTKcD]|^--(?:output|remote|upload|config|cookie-jar|trace|dump|etag|stderr|hsts"
    r"|alt-svc|libcurl|create)"
)
"""Options by which curl writes or reads files."""


def may_change(name: str, arguments: list[str]) -> bool:
    """Tell whether the program may be run so in a changing step."""
    if name == "curl":
        return not any(_FILE_OPTIONS.search(each) for each in arguments)
    return name in CHANGING and bool(re.fullmatch(CHANGING[name], " ".join(arguments)))
