"""Filing: from "I need this" to a reference in hand."""

from portal.blueprints.submission import beginning, carrying, choosing, filling, submitting, uploading, wishing

blueprint = beginning.blueprint

__all__ = [
    "beginning",
    "blueprint",
    "carrying",
    "choosing",
    "filling",
    "submitting",
    "uploading",
    "wishing",
]
