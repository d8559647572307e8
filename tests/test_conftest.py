"""The `clause` marker is worth something only if it cannot name a clause that does not exist."""

import pytest


def test_a_clause_that_does_not_exist_fails_collection(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import pytest

        @pytest.mark.clause("N-4", "N-12")
        def test_it() -> None: ...
        """
    )

    result = pytester.runpytest_subprocess("-p", "tests.conftest")

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*::test_it: there is no clause 'N-12'"])


def test_a_marker_that_names_no_clause_fails_collection(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import pytest

        @pytest.mark.clause()
        def test_it() -> None: ...
        """
    )

    result = pytester.runpytest_subprocess("-p", "tests.conftest")

    assert result.ret == pytest.ExitCode.USAGE_ERROR


def test_clauses_that_exist_are_collected_and_run(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import pytest

        @pytest.mark.clause("N-1", "N-11", "P-10", "M-4", "C-9")
        def test_it() -> None: ...
        """
    )

    result = pytester.runpytest_subprocess("-p", "tests.conftest")

    result.assert_outcomes(passed=1)
