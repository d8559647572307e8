"""No secret that a server prints survives; everything else does."""

import string
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from respond.output import clip, readable
from respond.redaction import MASK, redact

_TOKEN_SIGNS = string.ascii_letters + string.digits + "!#%*+,.^_~"
# a digit and a capital, so that it is no word that a sentence around it could contain
tokens = st.text(_TOKEN_SIGNS, min_size=8, max_size=24).map(lambda text: f"Q7{text}")
base64s = st.text(string.ascii_letters + string.digits + "+/", min_size=12, max_size=60)
fillers = st.text(string.ascii_lowercase + " .,:;=-/@\n", max_size=60)


def _capitals(secret: str) -> str:
    kept = "".join(sign for sign in secret.upper() if sign.isalnum())
    return (kept + "ABCDEFGHIJKLMNOP")[:16]


FORMS: dict[str, Callable[[str], str]] = {
    "password=": lambda s: f"password={s}",
    "DB_PASS=": lambda s: f"DB_PASS={s}",
    "PGPASSWORD=": lambda s: f"PGPASSWORD={s} psql",
    "MYSQL_PWD=": lambda s: f"MYSQL_PWD={s}",
    "yaml": lambda s: f"db_password: {s}",
    "json": lambda s: f'{{"user": "a", "password": "{s}", "port": 1}}',
    "quoted with blanks": lambda s: f"secret='first {s} last'",
    "quote that was cut": lambda s: f'api_key="first {s}',
    "xml": lambda s: f"<adminPassword>{s}</adminPassword>",
    "php": lambda s: f"'password' => '{s}',",
    "java": lambda s: f"-Djavax.net.ssl.keyStorePassword={s}",
    "--password": lambda s: f"mysqladmin --password {s} ping",
    "--password=": lambda s: f"mysqladmin --password={s} ping",
    "--token": lambda s: f"agent --token {s} --verbose",
    "--client-secret": lambda s: f"agent --client-secret '{s}'",
    "-p": lambda s: f"mysql -uroot -p{s} shop",
    "-p of any tool": lambda s: f"unknown-tool -p{s}",
    "sshpass": lambda s: f"sshpass -p {s} ssh host",
    "redis-cli": lambda s: f"redis-cli -h db -a {s} ping",
    "curl -u": lambda s: f"curl -s -u admin:{s} http://127.0.0.1/",
    "bearer header": lambda s: f"Authorization: Bearer {s}",
    "basic header": lambda s: f"curl -H 'Authorization: Basic {s}' http://x/",
    "proxy header": lambda s: f"Proxy-Authorization: {s}",
    "api key header": lambda s: f"X-Api-Key: {s}",
    "cookie": lambda s: f"Cookie: theme=dark; id={s}; lang=ja",
    "set-cookie": lambda s: f"Set-Cookie: id={s}; HttpOnly",
    "session": lambda s: f"GET /?PHPSESSID={s}",
    "url": lambda s: f"postgres://shop:{s}@db.example/shop",
    "url with an at": lambda s: f"https://shop:a@{s}@db.example/",
    "url with a token": lambda s: f"https://{s}@git.example/repo",
    "sql": lambda s: f"ALTER USER a IDENTIFIED BY '{s}'",
    "sql plugin": lambda s: f"CREATE USER a IDENTIFIED WITH native BY '{s}'",
    "sql function": lambda s: f"SET PASSWORD = PASSWORD('{s}')",
    "postgresql": lambda s: f"CREATE ROLE a WITH PASSWORD '{s}'",
    "redis.conf": lambda s: f"requirepass {s}",
    "snmpd.conf": lambda s: f"rocommunity {s} default",
    "snmpget": lambda s: f"snmpget -v2c -c {s} 127.0.0.1",
    "aws secret": lambda s: f"aws_secret_access_key = {s}",
    "aws key": lambda s: f"key AKIA{_capitals(s)} used",
}  # fmt: skip
MASKED_PART: dict[str, Callable[[str], str]] = {"aws key": lambda s: f"AKIA{_capitals(s)}"}


@pytest.mark.parametrize("form", FORMS)
@given(secret=tokens, before=fillers, after=fillers)
def test_a_planted_secret_never_survives(form: str, secret: str, before: str, after: str) -> None:
    planted = f"{before}\n{FORMS[form](secret)}\n{after}"

    said = readable(planted.encode())

    assert MASKED_PART.get(form, str)(secret) not in said
    assert MASK in said


@given(lines=st.lists(base64s, min_size=1, max_size=40), kind=st.sampled_from(["RSA ", "", "EC "]))
def test_a_private_key_is_masked_whole(lines: list[str], kind: str) -> None:
    begin, end = f"-----BEGIN {kind}PRIVATE KEY-----", f"-----END {kind}PRIVATE KEY-----"
    body = "\n".join(f"{line}Q7" for line in lines)

    for text in (f"{begin}\n{body}\n{end}", f"{begin}\n{body}", f"{body}\n{end}"):
        said = redact(f"a line\n{text}")
        assert not any(f"{line}Q7" in said for line in lines)
        assert said.startswith("a line\n")


@given(seed=st.integers(0, 2**64))
def test_the_middle_of_a_private_key_is_masked(seed: int) -> None:
    line = f"{seed:064x}"[:64]

    assert line not in redact(f"{line}\n{line}\n{line}")


ORDINARY = """\
nginx: [emerg] unknown directive "lisen" in /etc/nginx/nginx.conf:12
sshd[812]: Accepted password for root from 192.0.2.7 port 51022 ssh2
sshd[812]: Failed password for invalid user admin from 192.0.2.7 port 51022 ssh2
PHP Parse error: syntax error, unexpected token ";" in /var/www/index.php on line 3
-bash: syntax error near unexpected token `}'
pam_unix(sshd:session): session opened for user root(uid=0) by (uid=0)
systemd[1]: Started Session 5 of User root.
find / -path /proc -prune -o -print -perm -4000 -printf %p
ssh -p22 -p 2222 host; nmap -p80,443 -p1-1000 host; ps -p1234 -p 99; mkdir -p /srv/www
tcp LISTEN 0 511 0.0.0.0:80 0.0.0.0:* users:(("nginx",pid=812,fd=6))
see http://127.0.0.1:8080/status and https://docs.example/a?b=c&d=e
2026-11-23 10:00:00 [Warning] Aborted connection 12 to db: 'shop' user: 'shop' host: 'app'
/dev/sda1 ext4 50G 45G 2.5G 95% /
key_buffer_size = 16M
bypass: yes, compass: no
"""


@pytest.mark.parametrize("line", ORDINARY.splitlines())
def test_ordinary_lines_survive_unchanged(line: str) -> None:
    assert redact(line) == line


@given(st.text(string.ascii_lowercase + string.digits + " .,;()[]%/\n", max_size=200))
def test_ordinary_text_survives_unchanged(text: str) -> None:
    assert redact(text) == text


@given(st.binary(max_size=400))
def test_any_bytes_become_printable_text(raw: bytes) -> None:
    said = readable(raw)

    assert said.encode().decode() == said
    assert all(sign in "\n\t" or sign.isprintable() or ord(sign) > 0x9F for sign in said)


@given(text=st.text(max_size=100), limit=st.integers(0, 120))
def test_a_clipped_text_fits_and_is_a_beginning(text: str, limit: int) -> None:
    assert len(clip(text, limit).encode("utf-8", "replace")) <= limit
    assert clip(text, 1000) == text
