"""The page that tells the desk's keyboard shortcuts, and where they are switched off."""

from collections.abc import Callable

from flask import render_template
from flask_babel import gettext

from portal.access import Audience, audience
from portal.blueprints.desk.face import blueprint

_: Callable[..., str] = gettext


@blueprint.get("/desk/keys")
@audience(Audience.OFFICER)
def keys() -> str:
    """What each key does; the browser remembers whether they are on."""
    return render_template(
        "desk/keys.html",
        keys=(
            ("j", _("Đến hồ sơ tiếp theo trong danh sách")),
            ("k", _("Đến hồ sơ phía trước trong danh sách")),
            ("o", _("Mở hồ sơ đang chọn; phím Enter cũng vậy")),
            ("x", _("Đánh dấu hồ sơ đang chọn, khi danh sách có ô đánh dấu")),
            ("n", _("Sang trang sau của danh sách")),
            ("/", _("Đến ô tìm hồ sơ")),
            ("u", _("Lên một cấp: từ hồ sơ về danh sách")),
            ("a", _("Trong hồ sơ: đến phần việc cần làm")),
            ("?", _("Mở trang này")),
        ),
    )
