"""The roles of servers as a table for people: what each brings along, what the sheet has to say."""

from collections.abc import Iterator

from toban.catalogue.roles import Role, roles

WORDS = {
    "ja": {
        "title": "サーバの役割ごとの標準構成",
        "about": "ヒアリングシートの role に役割を書くと、次の項目が加わります。"
        "「いずれか」と「個別設定」の項目は、"
        "monitors に書くか、不要なら without に書いてください。",
        "heads": "役割|名称|加わる項目|いずれか|個別設定",
        "or": " または ",
    },
    "en": {
        "title": "What is watched by role of a server",
        "about": "With `role` in the hearing sheet these items are added. Of those to choose and "
        "those with own keys write what applies under `monitors`, what does not under `without`.",
        "heads": "role|name|items|one of|with own keys",
        "or": " or ",
    },
}


def role_table(language: str) -> str:
    """Return the section in a language, as Markdown."""
    words = WORDS[language]
    return "\n\n".join([f"## {words['title']}", words["about"], "\n".join(_rows(language))])


def _rows(language: str) -> Iterator[str]:
    heads = WORDS[language]["heads"].split("|")
    for cells in (heads, ["---"] * len(heads), *(_cells(r, language) for r in roles().values())):
        yield f"| {' | '.join(cells)} |"


def _cells(role: Role, language: str) -> list[str]:
    name = role.name_ja if language == "ja" else role.name_en
    choices = "; ".join(WORDS[language]["or"].join(group) for group in role.one_of)
    return [role.role, name, ", ".join(role.items), choices, ", ".join(role.with_keys)]
