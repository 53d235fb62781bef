"""Following the ledger without an account: letters to people, web hooks to machines."""

from portal.blueprints.subscriptions import letters, web_hooks
from portal.blueprints.subscriptions.face import blueprint

__all__ = ["blueprint", "letters", "web_hooks"]
