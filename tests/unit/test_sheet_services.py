"""What the monitors of services become: dialogues, databases, names, certificates."""

import pytest

from tests.unit.acme_sheet import monitor
from toban.domain.check import CertificateQuestion, DnsQuestion, Framing, HttpQuestion, Kind


@pytest.mark.clause("N-3")
def test_a_service_is_asked_the_dialogue_of_the_menu_at_its_port_or_the_sheets() -> None:
    mail, elsewhere = monitor("- submission"), monitor("- {item: submission, port: 2587}")

    assert (mail.check.kind, mail.check.port, elsewhere.check.port) == (Kind.DIALOGUE, 587, 2587)
    assert mail.check.dialogue is not None
    assert mail.check.dialogue.framing is Framing.REPLY
    assert mail.check.dialogue.steps[1].offers == ("STARTTLS", "AUTH")
    assert elsewhere.check.dialogue == mail.check.dialogue


def test_port_25_is_asked_only_where_the_sheet_says_that_it_can_be() -> None:
    assert monitor("- {item: smtp, port_25_allowed: yes}").check.port == 25
    assert monitor("- {item: smtp, port: 2525}").check.port == 2525


@pytest.mark.parametrize(
    ("item", "kind", "port", "unit"),
    [
        ("mysql", Kind.MYSQL, 3306, "mysqld"),
        ("postgresql", Kind.POSTGRESQL, 5432, "postgresql"),
        ("redis", Kind.DIALOGUE, 6379, "redis"),
        ("memcached", Kind.DIALOGUE, 11211, "memcached"),
        ("tomcat", Kind.HTTP, 8080, "tomcat"),
    ],
)
def test_databases_and_caches_know_their_port_and_their_service(
    item: str, kind: Kind, port: int, unit: str
) -> None:
    found = monitor(f"- {item}")

    assert (found.check.kind, found.check.port, found.unit) == (kind, port, unit)


def test_tomcat_is_well_with_any_status_but_those_of_a_lost_backend() -> None:
    assert monitor("- tomcat").check.http == HttpQuestion(
        lowest_status=100, highest_status=501, verify_certificate=False
    )


def test_a_name_server_is_asked_for_a_name_of_the_customer() -> None:
    plain = monitor("- {item: dns, name: acme.example}")
    address = monitor("- {item: dns, name: www.acme.example, record: A}")

    assert plain.check.dns == DnsQuestion("acme.example", "SOA")
    assert address.check.dns == DnsQuestion("www.acme.example", "A")
    assert plain.name("en") == "DNS acme.example"


@pytest.mark.parametrize(
    ("keys", "protocol"),
    [
        ("", ""),
        (", port: 993", ""),
        (", port: 587", "smtp"),
        (", port: 143", "imap"),
        (", port: 2525, protocol: smtp", "smtp"),
        (", port: 143, protocol: tls", ""),
        (", port: 25, port_25_allowed: yes", "smtp"),
    ],
)
def test_what_is_spoken_before_tls_follows_from_the_port(keys: str, protocol: str) -> None:
    found = monitor(f"- {{item: cert_expiry, host: shop.example{keys}}}")

    assert found.check.certificate == CertificateQuestion("shop.example", 30, protocol)


@pytest.mark.clause("P-4")
def test_only_an_expired_certificate_calls_people() -> None:
    found = monitor("- {item: cert_expiry, host: shop.example, days: 14}")

    assert (found.phone, found.phone_from, found.runbook) == (True, 0, "rb_cert")
    assert found.name("ja") == "SSL/TLS 証明書有効期限 shop.example:443"


@pytest.mark.parametrize(
    ("line", "subject", "threshold"),
    [
        ("- inode", "/", 90),
        ("- {item: inode, mount: /var, threshold: 80}", "/var", 80),
        ("- {item: diskio, device: sda}", "sda", 95),
        ("- swap", "", 80),
        ("- {item: proc_total, threshold: 2500}", "", 2500),
    ],
)
def test_what_else_an_agent_tells_is_ordered_like_the_five_resources(
    line: str, subject: str, threshold: float
) -> None:
    question = monitor(line).check.resource

    assert question is not None
    assert (question.subject, question.threshold) == (subject, threshold)
