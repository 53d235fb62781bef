"""By which way a result was returned, in words."""

from collections.abc import Callable

from flask_babel import gettext

from portal.dossiers.life import Way

_: Callable[..., str] = gettext


def way_words(way: Way) -> str:
    words = {
        Way.COUNTER: _("Trực tiếp tại quầy"),
        Way.POST: _("Qua bưu chính công ích"),
        Way.ONLINE: _("Trực tuyến"),
    }
    return words[way]


def by_which_way(way: Way, postal_number: str | None) -> str:
    """With the number of the postal item where there is one."""
    if postal_number is None:
        return way_words(way)
    return _("%(way)s, số hiệu %(number)s", way=way_words(way), number=postal_number)
