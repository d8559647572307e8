"""What the conditional writes of the tables have in common: a lost claim is an answer, no fault."""

from pynamodb.exceptions import PynamoDBException, TransactWriteError

_LOST = {"ConditionalCheckFailed", "TransactionConflict"}


def raise_unless_lost(error: PynamoDBException) -> None:
    """Raise what is not the answer that a write's condition did not hold: somebody else was first,
    or the same step was before.
    """
    if error.cause_response_code != "ConditionalCheckFailedException":
        raise error


def raise_unless_beaten(error: TransactWriteError) -> None:
    """Raise what is not the answer that somebody else was first, or is writing the same items at
    this moment.
    """
    if not _LOST & {reason.code for reason in error.cancellation_reasons if reason}:
        raise error
