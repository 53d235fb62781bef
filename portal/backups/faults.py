"""Why a backup, or putting one back, did not come about."""


class NotDone(RuntimeError):
    """Nothing was done; the message says to an operator why, and what to do."""
