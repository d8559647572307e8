"""Why a certificate was not renewed, and the reload of a service that still shows the old one
(catalogue 5.7).
"""

import re
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime

from respond.course import Course
from respond.guards import GuardAnswer
from respond.steps.unit import change
from respond.target import Target, locate
from toban.catalogue.units import units
from toban.domain.certificate import Shown, newer
from toban.domain.repair import HoldReason, StepName
from toban.domain.runbook import UnitState

SERVED = r"""
for HOST in "$ADDRESS" 127.0.0.1; do
  case $HOST in *:*) HOST="[$HOST]" ;; esac
  openssl s_client -connect "$HOST:$PORT" -servername "$SITE" $STARTTLS </dev/null 2>/dev/null |
    openssl x509 -noout -fingerprint -enddate -checkhost "$SITE" 2>/dev/null && break
done
exit 0
"""
FILES = r"""
for file in $(eval "$CERTIFICATES" 2>/dev/null | tr -d "<;\"'" | sort -u); do
  echo "place=$file"
  $SUDO openssl x509 -in "$file" -noout -fingerprint -enddate -checkhost "$SITE" 2>/dev/null
done
exit 0
"""
RENEWAL = r"""
for tool in certbot acme.sh lego dehydrated; do command -v "$tool"; done
$SUDO ls -d /root/.acme.sh/acme.sh 2>/dev/null
systemctl list-timers --all --no-pager 2>/dev/null | grep -iE 'certbot|acme|lego|dehydrated'
grep -lsiE 'certbot|acme|lego|dehydrated' /etc/cron.d/* /etc/cron.daily/* /etc/crontab
$SUDO tail -n 300 /var/log/letsencrypt/letsencrypt.log 2>/dev/null |
  grep -iE 'error|fail|detail:|problem' | cut -c 1-200 | tail -n 4
exit 0
"""


_AT_ANY_PORT = ("web", "haproxy")
"""What may show a certificate at a port that belongs to no service."""


def find_certificate(course: Course) -> None:
    """Find the running service that shows the certificate, by the port."""
    port = course.monitor.check.port
    at_port = [key for key, each in units().items() if port in each.ports and each.certificates]
    for key in at_port or _AT_ANY_PORT:
        if found := _at(course, key):
            course.target = found
            course.note(StepName.FIND_CERTIFICATE, True, found.installed.service)
            return
    words = f"no known service at port {port}"
    course.heed(StepName.FIND_CERTIFICATE, GuardAnswer(HoldReason.CERTIFICATE_NOT_FOUND, words))


def find_renewal(course: Course) -> None:
    """Tell what renews certificates here, and what it said when it last failed."""
    found = course.ask(RENEWAL).output
    course.note(StepName.FIND_RENEWAL, True, found or "nothing here renews certificates by itself")


def compare_certificates(course: Course) -> None:
    """Go on only where a later certificate for the same name lies on the disk."""
    served = _shown("", course.ask(SERVED, variables=_names(course)).output)
    parts = course.ask(FILES, variables=_names(course)).output.split("place=")[1:]
    files = [_shown(*part.partition("\n")[::2]) for part in parts]
    found = newer(served, [file for file in files if file])
    ends = f"shown until {served.ends_at:%Y-%m-%d %H:%M} UTC" if served else "none is shown"
    if found is None:
        words = f"{ends}; nothing later in {len(files)} files"
        course.heed(StepName.COMPARE_CERTIFICATES, GuardAnswer(HoldReason.NOT_RENEWED, words))
        return
    words = f"{ends}; {found.place} until {found.ends_at:%Y-%m-%d %H:%M} UTC"
    course.note(StepName.COMPARE_CERTIFICATES, True, words)


def reload(course: Course) -> None:
    """Let the service read its certificate again; connections stay."""
    change(course, StepName.RELOAD)


def _at(course: Course, key: str) -> Target | None:
    found = locate(course.shell, replace(course.monitor, unit=key, service=""))
    running = found and found.installed.state is UnitState.RUNNING
    return found if found and running and found.definition.certificates else None


def _names(course: Course) -> dict[str, str]:
    question = course.monitor.check.certificate
    protocol = question.protocol if question else ""
    site = question.host if question else ""
    return {"SITE": site, "STARTTLS": f"-starttls {protocol}" if protocol else ""}


def _shown(place: str, told: str) -> Shown | None:
    """Return what openssl told of a certificate, None when it told of none."""
    fingerprint = re.search(r"Fingerprint=([0-9A-F:]+)", told)
    ends = re.search(r"notAfter=(.+) GMT", told)
    if not fingerprint or not ends:
        return None
    with suppress(ValueError):
        ends_at = datetime.strptime(ends[1], "%b %d %H:%M:%S %Y").replace(tzinfo=UTC)
        return Shown(place, fingerprint[1], ends_at, "does match certificate" in told)
    return None
