"""What a customer agrees to in the sheet, and what nobody may agree to."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract.sheet import SheetError
from tests.unit.acme_sheet import read, with_monitors
from toban.domain.consent import FORBIDDEN_FOLDERS, Cleaning, Consent, OldFiles, refusal
from toban.domain.contract import Server

CONSENT = """\
    consent:
      clean: [packages, journal]
      files:
        - pattern: /var/log/shop/*.log.gz
          days: 30
      lose_cache: yes
"""


def server(consent: str) -> Server:
    return read(with_monitors("- disk", "- redis", "- ping", "- cpu") + consent).servers[0]


def mistakes(consent: str) -> list[str]:
    with pytest.raises(SheetError) as caught:
        server(consent)
    return str(caught.value).splitlines()


@pytest.mark.clause("C-2")
def test_what_was_agreed_to_is_kept_with_the_server() -> None:
    assert server(CONSENT).consent == Consent(
        clean=(Cleaning.PACKAGES, Cleaning.JOURNAL),
        files=(OldFiles("/var/log/shop/*.log.gz", 30),),
        lose_cache=True,
    )


@pytest.mark.clause("P-10")
def test_a_disk_has_a_procedure_only_where_its_cleaning_was_agreed_to() -> None:
    agreed, silent = server(CONSENT), server("")

    assert agreed.monitor("acme.web01.disk").runbook == "rb_disk"
    assert silent.monitor("acme.web01.disk").runbook == ""
    assert silent.consent == Consent()


def test_what_is_only_diagnosed_is_never_worked_on() -> None:
    assert server("").monitor("acme.web01.cpu").runbook == ""
    assert server("").monitor("acme.web01.ping").runbook == "rb_host"


@pytest.mark.clause("P-10")
@pytest.mark.parametrize(
    ("pattern", "problem"),
    [
        ("/home/shop/*.log", "Nothing below /home is ever deleted."),
        ("/var/lib/mysql/*.old", "Nothing below /var/lib is ever deleted."),
        ("/srv/backup/*.gz", "Databases, mail and backups are never deleted."),
        ("/srv/shop/mysql/*.err", "Databases, mail and backups are never deleted."),
        ("/var/log/shop/*", "It names every file of the folder."),
        ("/var/*/shop/*.log", "A wildcard may stand in the name of the file only."),
        ("/var/log/../lib/*.log", "It is not a pattern in a folder of its own"),
        ("log/*.gz", "It is not a pattern in a folder of its own"),
        ("/*.gz", "It is not a pattern in a folder of its own"),
    ],
)
def test_what_is_never_deleted_cannot_be_agreed_to(pattern: str, problem: str) -> None:
    told = mistakes(CONSENT.replace("/var/log/shop/*.log.gz", pattern))

    assert len(told) == 1
    assert problem in told[0]


@pytest.mark.parametrize(
    ("before", "after", "problem"),
    [
        ("packages", "pakages", 'clean: "pakages" is not known here. Did you mean "packages"?'),
        ("days: 30", "days: 0", "days: 0 is out of range."),
        ("          days: 30\n", "", '"days" is missing from files to delete.'),
        ("lose_cache: yes", "lose_cash: yes", 'Did you mean "lose_cache"?'),
        ("lose_cache: yes", "power_reset: yes", '"power_reset" is not known'),
        ("[packages, journal]", "[journal, journal]", "is there twice"),
    ],
)
def test_a_slip_in_the_consent_is_named(before: str, after: str, problem: str) -> None:
    told = mistakes(CONSENT.replace(before, after))

    assert problem in " ".join(told)


@given(
    st.sampled_from(FORBIDDEN_FOLDERS),
    st.from_regex(r"(/[a-z]{1,9}){0,3}/[a-z*]{1,9}\.gz", fullmatch=True),
)
def test_below_a_forbidden_folder_nothing_is_let_through(folder: str, rest: str) -> None:
    assert refusal(folder + rest)
