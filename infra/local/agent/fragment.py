"""The suggested monitors as the lines of a hearing sheet, each with its reason."""

import json
from collections.abc import Iterator, Sequence

from infra.local.agent.proposal import Suggestion
from probe.probers.result import tidy

WORDS = {
    "ja": {
        "head": "{server} の監視エージェントの情報から提案する監視項目です。",
        "head_2": "monitors: と置き換え、「#」の行は確認のうえ必要なものを有効にしてください。",
        "always": "標準の項目",
        "listens": "TCP {port} で待ち受けています",
        "runs": "プロセス {name} が動作しています",
        "queue": "メールサーバが動作しています",
        "replica": "データベースがレプリカの場合",
        "mount": "{mount} は書き込み可能なファイルシステムです",
        "swap": "スワップが {mib} MiB あります",
        "speed": "{name} の速度は {speed} Mbit/s です",
        "no_speed": "{name} の速度が分かりません。契約の速度を書いてください",
        "needs_name": "TCP {port} で待ち受けています。このサーバが答える名前を書いてください",
        "needs_host": "TCP {port} で待ち受けています。利用者が使う名前を書いてください",
        "port_25": "TCP {port}: AWS では申請が必要です。submission なども検討してください",
        "unknown_port": "TCP {port} で {name} が待ち受けています",
    },
    "en": {
        "head": "Monitors suggested by what the agent of {server} tells.",
        "head_2": "Put them in the place of its monitors; of the lines with # take what you want.",
        "always": "for every server",
        "listens": "listens on TCP {port}",
        "runs": "the process {name} is running",
        "queue": "a mail server is running",
        "replica": "where the database is a replica",
        "mount": "{mount} is a file system that can be written",
        "swap": "there are {mib} MiB of swap",
        "speed": "{name} has {speed} Mbit/s",
        "no_speed": "{name} does not tell its speed: write the contract's",
        "needs_name": "listens on TCP {port}: write a name that it answers for",
        "needs_host": "listens on TCP {port}: write the name that visitors use",
        "port_25": "TCP {port} needs a request to AWS; think of submission",
        "unknown_port": "{name} listens on TCP {port}",
    },
}


def fragment(server_id: str, found: Sequence[Suggestion], locale: str) -> str:
    """Return YAML that stands in the place of the server's `monitors:`; without a mistake as it
    is.
    """
    words = WORDS.get(locale, WORDS["en"])
    head = (f"    # {words[key].format(server=server_id)}" for key in ("head", "head_2"))
    return "\n".join([*head, "    monitors:", *_lines(found, words)]) + "\n"


def _lines(found: Sequence[Suggestion], words: dict[str, str]) -> Iterator[str]:
    for each in _once(found):
        said = {key: tidy(value)[:60] for key, value in each.parts.items()}
        reason = words[each.reason].format(**said)
        mark = "- " if each.ready else "# - "
        yield f"      {mark}{_monitor(each)}  # {reason}"


def _monitor(each: Suggestion) -> str:
    if not each.keys:
        return each.item
    keys = "".join(f", {key}: {_scalar(value)}" for key, value in each.keys.items())
    return f"{{item: {each.item}{keys}}}"


def _scalar(value: str) -> str:
    plain = value.isascii() and value.replace("-", "").replace(".", "").isalnum()
    return value if plain else json.dumps(value, ensure_ascii=False)


def _once(found: Sequence[Suggestion]) -> Iterator[Suggestion]:
    """Ids that became the same by being shortened are kept apart with a number."""
    taken: set[str] = set()
    for each in found:
        own = each.keys.get("id", each.item.replace("_", "-"))
        number, name = 2, own
        while name in taken and each.ready:
            name, number = f"{own[:17]}-{number}", number + 1
        if each.ready:
            taken.add(name)
        keys = {"id": name, **each.keys} if name != own else dict(each.keys)
        yield Suggestion(
            each.item, each.reason, each.parts, keys | _renamed(keys, name), each.ready
        )


def _renamed(keys: dict[str, str], name: str) -> dict[str, str]:
    return {"id": name} if "id" in keys else {}
