"""By which way a result was returned, or is wished to be, in words."""

from collections.abc import Callable
from dataclasses import dataclass

from flask_babel import gettext

from portal.display import instant
from portal.dossiers.life import Way
from portal.dossiers.views import Dossier
from portal.dossiers.wished_ways import Said, WishedWay

_: Callable[..., str] = gettext


@dataclass(frozen=True, slots=True)
class Wish:
    """In words: the way; the same with the address where it is posted to; who said it, and when."""

    way: str
    whole: str
    said: str


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


def wished_words(wished: WishedWay | Said) -> str:
    """With the address where it goes by post: for the person, and for whoever returns it."""
    if wished.address is None:
        return way_words(wished.way)
    return _("%(way)s, gửi đến: %(address)s", way=way_words(wished.way), address=wished.address)


def wish_of(dossier: Dossier) -> Wish | None:
    """The wish that holds, for the dossier's person and for the desk; None where it is not known."""
    said = dossier.wished
    return None if said is None else Wish(way_words(said.way), wished_words(said), _said(dossier, said))


def _said(dossier: Dossier, said: Said) -> str:
    """That it was chosen is not said of the filing: there the page that is looked over may have said it first."""
    at = instant(said.at)
    if said.at == dossier.filed_at:
        return _("Ghi khi nộp hồ sơ, %(at)s.", at=at)
    if said.person_id != dossier.person_id:
        return _("Người được ủy quyền chọn lúc %(at)s.", at=at)
    return _("Người nộp chọn lúc %(at)s.", at=at)
