"""A person's own dossiers, drafts, papers and contact details."""

from portal.blueprints.account import (
    dossiers,
    files,
    mandate_offering,
    mandates,
    notices,
    overview,
    proofs,
    tokens,
    ways,
)

blueprint = overview.blueprint

__all__ = [
    "blueprint",
    "dossiers",
    "files",
    "mandate_offering",
    "mandates",
    "notices",
    "overview",
    "proofs",
    "tokens",
    "ways",
]
