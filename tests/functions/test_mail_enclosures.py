"""What mails carry beside their words: graphs within them, reports attached to them."""

import pytest

from escalate.letter import compose
from tests.functions.test_mail_envelope import BOTH, GRAPHS, read, written
from tests.testdata.mail import cases
from toban.domain.letters import MailKind


@pytest.mark.clause("N-9")
@pytest.mark.parametrize("locale", BOTH)
def test_a_report_is_attached_to_the_mail_that_goes_with_it(locale: str) -> None:
    letter = compose(cases.facts(MailKind.MONTH_REPORT, locale))
    message = read(written(letter))
    body, page = message.iter_parts()

    assert message.get_content_type() == "multipart/mixed"
    assert message["Content-Language"] == locale
    assert [each.get_content_type() for each in body.iter_parts()] == ["text/plain", "text/html"]
    assert (page.get_content_type(), page.get_filename()) == (
        *("text/html", "acme.report.2026-11.html"),
    )
    assert page.get_content().strip() == "<p>"
    assert page.get_content_disposition() == "attachment"


@pytest.mark.clause("N-9")
@pytest.mark.parametrize("locale", BOTH)
@pytest.mark.parametrize("name", sorted(GRAPHS))
def test_graphs_are_related_to_the_html_that_shows_them(name: str, locale: str) -> None:
    letter = compose(cases.case(name, locale))
    message = read(written(letter))
    text, related = message.iter_parts()
    html, *graphs = related.iter_parts()

    assert message.get_content_type() == "multipart/alternative"
    assert related.get_content_type() == "multipart/related"
    assert text.get_content().replace("\r\n", "\n") == letter.text
    assert html.get_content().replace("\r\n", "\n") == letter.html
    assert [each.get_content() for each in graphs] == [each.octets for each in letter.pictures]
    assert {each.get_content_type() for each in graphs} == {"image/png"}
    assert {each.get_content_disposition() for each in graphs} == {"inline"}
    for each in graphs:
        assert f'src="cid:{str(each["Content-ID"]).strip("<>")}"' in letter.html
    assert [part.defects for part in message.walk()] == [[]] * (4 + len(graphs))
