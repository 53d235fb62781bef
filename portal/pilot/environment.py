"""What the processes of a pilot installation find in their environment.

Whatever the operator has set stays; the rest is filled in, so that a pilot needs no settings at all.
"""

from collections.abc import Mapping

PROVIDERS = ("citizen", "officer")
OURSELVES = ("127.0.0.1", "localhost")


def needs_demo_identity(outer: Mapping[str, str]) -> bool:
    """Whether a provider is left for the demo identity provider to play."""
    return any(_issuer_name(provider) not in outer for provider in PROVIDERS)


def for_children(
    outer: Mapping[str, str], *, instance: str, port: int, database_url: str, demo_providers: Mapping[str, str]
) -> dict[str, str]:
    """The environment of web, worker and commands; `demo_providers` are the settings of both demo providers."""
    return {
        **outer,
        **_not_set_by_operator(outer, demo_providers),
        "INSTANCE": instance,
        "PORT": str(port),
        "DATABASE_URL": database_url,
        "PYTHONUTF8": "1",
        "PYTHONUNBUFFERED": "1",
        **_no_proxy_for_ourselves(outer),
    }


def _not_set_by_operator(outer: Mapping[str, str], demo_providers: Mapping[str, str]) -> dict[str, str]:
    """A provider is the operator's or the demo one, never a mixture: what counts is who named its issuer."""
    left = tuple(_prefix(provider) for provider in PROVIDERS if _issuer_name(provider) not in outer)
    return {name: value for name, value in demo_providers.items() if name.startswith(left)}


def _prefix(provider: str) -> str:
    return f"PORTAL_{provider.upper()}_PROVIDER__"


def _issuer_name(provider: str) -> str:
    return f"{_prefix(provider)}ISSUER"


def _no_proxy_for_ourselves(outer: Mapping[str, str]) -> dict[str, str]:
    """The portal talks to the demo provider on this machine; a proxy of the machine cannot reach it."""
    already = outer.get("no_proxy") or outer.get("NO_PROXY") or ""
    value = ",".join(filter(None, (already, *OURSELVES)))
    return {"no_proxy": value, "NO_PROXY": value}
