"""What a server has to be told to let our certificates in, and only for its own customer."""

from toban.domain.ssh_certificate import principal_of

TRUSTED, PRINCIPALS = "/etc/ssh/toban_ca.pub", "/etc/ssh/toban_principals"


def instructions(line: str, customer_id: str, user: str) -> list[str]:
    """Return what to do on a customer's server so that it trusts `line` for that login user:
    comments before what is typed.
    """
    return [
        f"# {TRUSTED}",
        line,
        f"# {PRINCIPALS}",
        principal_of(customer_id),
        "# at the end of /etc/ssh/sshd_config; then: sshd -t && systemctl reload sshd",
        f"Match User {user}",
        f"    TrustedUserCAKeys {TRUSTED}",
        f"    AuthorizedPrincipalsFile {PRINCIPALS}",
    ]
