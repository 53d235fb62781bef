"""What pages of all that a second person approves have in common: refusals in words, and how one publishes."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import request
from flask_babel import gettext

from portal.errors import PortalError
from portal.procedures.reading import DATE_PARTS

_: Callable[..., str] = gettext


def refused_words(refused: PortalError) -> str:
    """Why an act on a manuscript was refused, and what to do."""
    words = {
        "stale": _("Có người vừa thay đổi bản thảo này. Trang đã được tải lại; hãy xem rồi làm lại."),
        "own_manuscript": _("Bạn đã soạn bản thảo này. Người duyệt phải là một biên tập viên khác."),
        "not_in_writing": _("Bản thảo không còn ở bước soạn."),
        "not_approved": _("Bản thảo chưa được duyệt. Cần một biên tập viên khác duyệt trước khi công bố."),
    }
    return words.get(refused.code) or _("Không làm được ở bước này của bản thảo. Hãy xem lại bản thảo.")


def publish_inputs(errors: Mapping[str, str]) -> dict[str, Any]:
    """What was typed on the page that publishes, and what is wrong with it."""
    return {
        "typed": {name: request.form.get(name, "") for name in ("number", "source", "begins-when", "begins-time")},
        "days": {
            name: tuple(request.form.get(f"{name}-{part}", "") for part in DATE_PARTS) for name in ("on", "begins")
        },
        "errors": errors,
        "error_list": [(f"f-{name}" if name else "", words) for name, words in errors.items()],
    }
