"""What a manuscript of a new procedure begins with: every member that a procedure needs, and nothing in it. Pure."""

from typing import Any


def nothing() -> dict[str, str]:
    """A text that nobody has written yet, in either language."""
    return {"vi": "", "en": ""}


def content(code: str) -> dict[str, Any]:
    return {
        "code": code,
        "confidence": "S",
        "name": nothing(),
        "summary": nothing(),
        "field": "",
        "level": "commune",
        "service_level": "full",
        "audience": ["citizen"],
        "life_events": [],
        "keywords": [],
        "received_by": {"kinds": ["commune", "ward", "township"]},
        "steps": [],
        "cases": [{"components": []}],
        "channels": [
            {"channel": channel, "term": {"number": 1, "unit": "working_days"}, "fees": []}
            for channel in ("online", "counter", "post")
        ],
        "result": nothing(),
        "legal_bases": [],
        "related": [],
        "form": {"sections": []},
    }
