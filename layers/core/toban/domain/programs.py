"""What programs do, as far as the linter knows: which only read, and with which arguments."""

import re

_ANY = ""
_NOTHING = r"(?!)"

_ALWAYS = """
    : [ basename cat cd
    cksum cmp column comm cut df diff dirname dpkg-query du echo egrep exit export expr false
    fgrep file findmnt free getconf getent grep groups head hexdump id iostat ipcs jq last ls lsblk
    lscpu lsmod mailq md5sum mpstat netstat nl nproc nslookup dig host od paste pg_isready pgrep
    pidof ping ping6 printenv printf ps pstree pwd readlink realpath rev sar seq sha1sum sha256sum
    sleep stat strings sum tac tail test tr true uname uptime vmstat w wc who zcat zgrep
"""
READING: dict[str, tuple[str, str]] = dict.fromkeys(_ALWAYS.split(), (_ANY, _NOTHING))
"""By name: what the first argument must be (a whole match, "" for anything), and what must not
stand among the arguments (a search in each).
"""

_AWK = r"system\s*\(|getline|print[^;}]*>|(?<!\|)\|(?!\|)|^-[il]$"
READING |= {
    "awk": (_ANY, _AWK),
    "gawk": (_ANY, _AWK),
    "mawk": (_ANY, _AWK),
    "curl": (
        _ANY,
        r"^-[a-zA-Z]*[XdFToOKc]|^--(?:request|data|form|upload|output|remote|config|cookie-jar"
        r"|json|url-query|trace|dump|etag|stderr|hsts|alt-svc|libcurl|create)",
    ),
    "date": (_ANY, r"^-s|^--set|^[0-9]{6,}"),
    "dmesg": (_ANY, r"^-[a-zA-Z]*[cCDEn]|^--(?:clear|read-clear|console)"),
    "docker": (r"ps|inspect|logs|stats|version|info|images|top|port", r"^-f$|^--follow$"),
    "dpkg": (r"-l|-s|-L|-S|--list|--status|--listfiles|--search", _NOTHING),
    "exim": (r"-bp|-bpc|-bpr", _NOTHING),
    "find": (_ANY, r"^-(?:delete|exec|execdir|ok|okdir|fprint|fprintf|fprint0|fls)$"),
    "hostname": (r"-.*|", r"^-(?:b|F)|^--(?:boot|file)"),
    "ip": (r"-.*|a|addr|address|l|link|n|neigh|r|route|rule|s", r"^(?:add|del|delete|set|flush)"),
    "journalctl": (_ANY, r"^-f$|^--(?:follow|vacuum|rotate|flush|sync|relinquish|smart|setup)"),
    "kubectl": (r"get|describe|logs|top|version", r"^-[fw]$|^--(?:follow|watch)"),
    "lsof": (_ANY, r"^[+-]r"),
    "mysqladmin": (
        r"-.*|ping|status|extended-status|processlist|variables|version",
        r"^-i|^--sleep",
    ),
    "openssl": (r"x509|s_client|version|dgst|verify|crl", r"^-out$|^-sess_out$"),
    "postqueue": (r"-p|-j", _NOTHING),
    "rabbitmqctl": (r"status|list_.*|ping|cluster_status|node_health_check|report", _NOTHING),
    "redis-cli": (_ANY, r"^(?i:set|del|flush\w*|shutdown|config|debug|eval|script|save|bgsave)"),
    "rpm": (r"-q.*|-V.*|--query|--verify", _NOTHING),
    "sed": (r"-n", r"^-[a-z]*i|^--in-place|^.*[;}0-9/$ ][wWe]\b|^[we]\b"),
    "service": (r"[A-Za-z0-9@_.:-]+", r"^(?:start|stop|restart|reload|force-reload|condrestart)$"),
    "smartctl": (r"-[aHiAlx].*|--all|--health|--info", r"^-[tsoSX]|^--(?:test|set|smart|abort)"),
    "sort": (_ANY, r"^-[a-z]*o|^--output|^--compress-program"),
    "supervisorctl": (r"status|avail|version|pid", _NOTHING),
    "sysctl": (_ANY, r"^-[wp]|=|^--(?:write|load|system)"),
    "systemctl": (
        r"-.*|status|is-active|is-enabled|is-failed|is-system-running|show|cat|list-.*",
        r"^(?:start|stop|restart|reload.*|enable|disable|mask|unmask|kill|set-.*|isolate|edit)$",
    ),
    "top": (r"-b.*|-n.*", _NOTHING),
    "uniq": (_ANY, r"^[^-]"),
    "unzip": (r"-[ltvZ].*", _NOTHING),
    "zpool": (r"status|list|iostat|get|history", _NOTHING),
}
READING |= {"exim4": READING["exim"], "pcs": (r"status", _NOTHING), "crm_mon": (r"-1.*", _NOTHING)}

WRITING = frozenset(
    """cp mv install ln tee touch mkdir rmdir chmod chown chgrp rm unlink truncate rsync tar gzip
    gunzip patch mktemp""".split()
)
"""Programs that write where their last argument, or any argument, says: only where it is agreed."""

REBOOTING = frozenset({"reboot", "shutdown", "halt", "poweroff", "init", "telinit", "kexec"})
REBOOT_WORDS = frozenset({"reboot", "poweroff", "halt", "kexec", "rescue", "emergency"})
SHELLS = frozenset(
    "sh bash dash ash ksh zsh csh tcsh fish busybox python python3 python2 perl ruby node php lua"
    " tclsh".split()
)
INTERACTIVE = frozenset(
    "vi vim nano emacs ed ex pico joe mcedit less more man watch htop iotop atop mc visudo vipw"
    " vigr passwd chsh su login ssh telnet ftp sftp screen tmux script dialog whiptail".split()
)
DETACHING = frozenset({"nohup", "setsid", "disown", "at", "batch", "daemonize", "systemd-run"})
DESTROYING = frozenset(
    """mkfs mke2fs mkswap wipefs fdisk sfdisk cfdisk gdisk sgdisk parted shred blkdiscard hdparm
    lvremove vgremove pvremove mdadm dropdb dropuser userdel groupdel useradd usermod chpasswd
    crontab iptables ip6tables nft ufw firewall-cmd setenforce debugfs""".split()
)
INDIRECT = frozenset(
    {"eval", "source", ".", "exec", "xargs", "parallel", "trap", "alias", "builtin"}
)
"""What they run cannot be read from the text."""
WRAPPERS = {
    "timeout": r"-.*|[0-9].*",
    "nice": r"-.*|[0-9]+",
    "ionice": r"-.*|[0-9]+",
    "command": "",
}
"""Programs that run the rest of their line, and which arguments come before it."""
FIRM_KILLS = re.compile(r"^-(?:9|KILL|SIGKILL)$|^(?:9|KILL|SIGKILL)$")
