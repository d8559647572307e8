"""May mails go out? (SES; platform documentation "Request production access")"""

from collections.abc import Iterator

from infra.preflight.result import Clients, Deployment, Mark, PreflightResult

_A_STORMY_DAY = 10_000
"""Mails in 24 hours of 1,000 servers of which every third has an incident."""
_SUPPORT = "Ask AWS for more in the SES console under Account dashboard."


def account(clients: Clients, _deployment: Deployment) -> Iterator[PreflightResult]:
    """SES account: out of the sandbox, healthy, with enough mails a day."""
    found = clients("sesv2").get_account()
    if found["ProductionAccessEnabled"]:
        yield PreflightResult(Mark.GOOD, "SES sandbox", "left: mails go to anybody")
    else:
        mend = "Request production access in the SES console; it takes about a day."
        seen = "mails reach verified addresses only, 200 a day"
        yield PreflightResult(Mark.BAD, "SES sandbox", seen, mend)
    yield _health(found["EnforcementStatus"], sends=found["SendingEnabled"])
    quota = found["SendQuota"]
    enough = quota["Max24HourSend"] >= _A_STORMY_DAY or quota["Max24HourSend"] == -1
    seen = f"{quota['Max24HourSend']:.0f} mails a day, {quota['MaxSendRate']:.0f} a second"
    mark, mend = (Mark.GOOD, "") if enough else (Mark.DOUBTFUL, _SUPPORT)
    yield PreflightResult(mark, "SES quota", seen, mend)


def _health(status: str, *, sends: bool) -> PreflightResult:
    if sends and status == "HEALTHY":
        return PreflightResult(Mark.GOOD, "SES sending", "healthy")
    seen = f"{status.lower()}, sending {'on' if sends else 'off'}"
    grave = Mark.DOUBTFUL if sends and status == "PROBATION" else Mark.BAD
    return PreflightResult(
        grave, "SES sending", seen, "Read AWS's mail to the account and answer it."
    )


def identity(clients: Clients, deployment: Deployment) -> Iterator[PreflightResult]:
    """SES identity: verified, and a domain signed by DKIM."""
    name = deployment.identity or deployment.sender
    if not name:
        mend = "Name it: --sender toban@msp.example (with --identity msp.example for its domain)."
        yield PreflightResult(Mark.DOUBTFUL, "SES identity", "no sender was named", mend)
        return
    client = clients("sesv2")
    try:
        found = client.get_email_identity(EmailIdentity=name)
    except client.exceptions.NotFoundException:
        mend = "The stack makes it (CreateMailIdentity true), or make it in SES."
        yield PreflightResult(Mark.DOUBTFUL, "SES identity", f"{name} is not there yet", mend)
        return
    if not found["VerifiedForSendingStatus"]:
        mend = "Put the DKIM records into the domain's DNS, or follow the link in SES's mail."
        yield PreflightResult(Mark.BAD, "SES identity", f"{name} is not verified", mend)
        return
    yield PreflightResult(Mark.GOOD, "SES identity", f"{name} is verified")
    if found.get("DkimAttributes", {}).get("Status") != "SUCCESS":
        mend = (
            "Make the domain the identity (MailIdentity) and put its three CNAME records into DNS."
        )
        yield PreflightResult(
            Mark.DOUBTFUL, "DKIM", "mails are not signed for the sender's domain", mend
        )
