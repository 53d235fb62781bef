"""How states, acts and outcomes of the ledger are called."""

from collections.abc import Callable

from portal.display import entry_words, state_words
from portal.i18n import gettext
from portal.ledger.entry import CHANNELS, Members
from portal.ledger.standing import STATES

_: Callable[..., str] = gettext


def state_name(state: str) -> tuple[str, str]:
    """The state in words, and the tone of its tag."""
    return state_words(state)


def state_choices() -> list[tuple[str, str]]:
    return [(state, state_name(state)[0]) for state in STATES]


def channel_choices() -> list[tuple[str, str]]:
    return [(channel, channel_name(channel)) for channel in CHANNELS]


def period_words(sort: str) -> tuple[str, str]:
    """How the two ends of a period are called: it is of the days that the list is sorted by."""
    if sort == "due":
        return _("Hẹn trả từ"), _("Hẹn trả đến")
    if sort == "resolved":
        return _("Có kết quả từ"), _("Có kết quả đến")
    return _("Nộp từ"), _("Nộp đến")


def outcome_name(outcome: str | None) -> str:
    """A decision in words; nothing for codes of reasons, which have words only beside the law that lists them."""
    return {"granted": _("Đồng ý giải quyết"), "refused": _("Từ chối giải quyết")}.get(outcome or "", "")


def act_name(act: Members) -> str:
    """A public act as a heading: with the decision where it is one."""
    outcome, words = outcome_name(act.outcome), entry_words(act.act, act.outcome)
    return f"{words}: {outcome}" if outcome else words


def channel_name(channel: str) -> str:
    return {
        "online": _("Trực tuyến"),
        "counter": _("Trực tiếp tại Bộ phận Một cửa"),
        "post": _("Qua bưu chính công ích"),
        "national": _("Qua Cổng Dịch vụ công quốc gia"),
    }[channel]
