"""The one way in which the studio's pages save a text, and what stands in the way put into words."""

from collections.abc import Mapping
from typing import Any, Literal

from flask_babel import gettext as _

from portal import clock
from portal.blueprints.studio.face import editor_id, sent_version
from portal.errors import Invalid, Refused
from portal.procedures import drafting
from portal.procedures.drafting import Overtaken
from portal.procedures.manuscripts import Manuscript
from portal.transaction import unit_of_work

Kept = Literal["kept", "overtaken", "closed", "too_large"]


def keep(found: Manuscript, content: Mapping[str, Any]) -> Kept:
    """Save the content over the version that the page was made of."""
    try:
        with unit_of_work() as session:
            drafting.save(
                session, id=found.id, version=sent_version(), content=content, officer_id=editor_id(), at=clock.now()
            )
    except Overtaken:
        return "overtaken"
    except Refused:
        return "closed"
    except Invalid:
        return "too_large"
    return "kept"


def words(outcome: Kept, by: str) -> str:
    """Why nothing was saved, and what to do; `by` is who saved last."""
    said: dict[Kept, str] = {
        "overtaken": _("%(who)s vừa lưu bản thảo này, nên chưa làm gì cả. Hãy xem lại danh sách rồi bấm lại.", who=by),
        "closed": _("Bản thảo không còn ở bước soạn, nên chưa lưu được. Muốn sửa, hãy trả bản thảo lại để sửa."),
        "too_large": _("Bản thảo đã quá dài, nên chưa lưu được. Hãy bỏ bớt hoặc viết ngắn lại."),
    }
    return said.get(outcome, "")
