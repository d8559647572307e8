"""What a person sees in the form otherwise than it would be read."""

from typing import Any

from openpyxl.styles import Font

from tests.unit.test_form_mistakes import told_of


def test_merged_cells_are_told_with_what_they_stand_for() -> None:
    def change(book: Any) -> None:
        book["監視項目"].merge_cells("A2:A4")

    assert told_of(change) == [
        "監視項目!A2:A4: These cells are merged: only the first holds the text. "
        "Split them, and fill in each cell that it stands for.",
        '監視項目!B3: This monitor has no server. Fill in the column "サーバ名" (Server).',
        '監視項目!B4: This monitor has no server. Fill in the column "サーバ名" (Server).',
    ]


def test_what_somebody_has_struck_through_is_told_and_not_taken() -> None:
    def change(book: Any) -> None:
        for cell in ("A3", "B3", "D3"):
            book["連絡先"][cell].font = Font(strike=True)

    assert told_of(change) == [
        f"連絡先!{cell}: The text is struck through. Delete it, or take the line away."
        for cell in ("A3", "B3")
    ]
