"""What is said on the telephone about an incident, as the attributes of its call."""

from escalate.phone_chain import PhoneChain
from escalate.provider import provider
from toban.domain.call import Callees
from toban.domain.contract import Customer, Server
from toban.domain.incident import Alert
from toban.domain.plan import Capability, may
from toban.domain.repair import RepairReport, StepName
from toban.store import contracts, evidence, incidents
from toban.text.measure import item_name
from toban.text.spoken import Prompt, said, speech, speech_of_test, spelt, spoken_name, spoken_time

View = dict[str, object]


def announcement(chain: PhoneChain) -> dict[str, str]:
    """Return `locale` and every prompt by its name, SSML in the language of who is called.

    Voicemail records what it hears: before a key is pressed neither server nor failure is named.
    """
    if chain.callees is Callees.TEST:
        return _of_test(chain)
    incident = chain.incident
    customer = contracts.customer(incident.customer_id)
    server = contracts.server(incident.server_id)
    engineers = chain.callees is Callees.ENGINEERS
    locale = said(provider().locale if engineers else customer.locale).locale
    view: View = {
        "engineers": engineers,
        "managed": may(incident.plan, Capability.TAKE_OVER),
        "provider": spoken_name(provider().name),
        "customer": spoken_name(customer.name),
        "host": spelt(server.host, locale),
        "number": _number(incident.incident_id, locale),
        "repeated": not chain.about,
        "action": _action(chain, locale),
        **_failure(chain, customer, server, locale),
    }
    return {"locale": locale} | {each.value: speech(locale, each, view) for each in Prompt}


def _of_test(chain: PhoneChain) -> dict[str, str]:
    customer = chain.customer()
    locale = said(customer.locale).locale
    view: View = {
        "provider": spoken_name(provider().name),
        "customer": spoken_name(customer.name),
    }
    return {"locale": locale} | {each.value: speech_of_test(locale, each, view) for each in Prompt}


def _failure(chain: PhoneChain, customer: Customer, server: Server, locale: str) -> View:
    alerts = incidents.alerts(chain.incident.incident_id)
    told = [each for each in alerts if each.monitor_id in chain.about] or alerts
    first = min((alert.first_failed_at for alert in told), default=chain.incident.opened_at)
    others = len(told) - 1
    return {
        "time": spoken_time(first, customer.zone, locale),
        "item": _item(server, told[0], locale) if told else "",
        "others": said(locale).say("value", "others", count=others) if others > 0 else "",
    }


def _item(server: Server, alert: Alert, locale: str) -> str:
    try:
        return spoken_name(item_name(server.monitor(alert.monitor_id), locale))
    except KeyError:
        return spelt(alert.monitor_id.rpartition(".")[2], locale)


def _number(incident_id: str, locale: str) -> str:
    """Return month, day, hour and minute of the incident's id: enough to find it in the mail."""
    digits = "".join(sign for sign in incident_id.rpartition(".")[2] if sign.isdigit())
    return spelt(digits[4:12], locale)


def _action(chain: PhoneChain, locale: str) -> str:
    """Return what has been done on the server, "" when nothing was touched."""
    for monitor_id in chain.about:
        name = f"repair-{monitor_id}"
        report = evidence.load(chain.incident.incident_id, name, RepairReport)
        if report is not None and report.changed:
            word = report.last_change or StepName.RESTART
            return said(locale).say("value", word, unit=spoken_name(report.unit))
    return ""
