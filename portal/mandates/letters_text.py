"""The words of the letters about mandates, to either side, in both languages. Pure.

A letter names the two sides and the days; which procedures, and who used it for what, is behind the link.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from portal.mandates.rules import Days, Ending, Event
from portal.mandates.views import Side

Words = tuple[str, str]  # subject, body
Occasion = tuple[Event, Ending | None, Side]


@dataclass(frozen=True, slots=True)
class Facts:
    granter: str
    agent: str
    days: Days
    link: str


LETTERS: Mapping[Occasion, Mapping[str, Words]] = {
    (Event.OFFERED, None, Side.GRANTER): {
        "vi": (
            "Đã gửi lời ủy quyền cho {agent}",
            "Ông/Bà đã đề nghị ủy quyền cho {agent} nộp hồ sơ thay mình từ {first} đến hết {last}.\n\n"
            "Ủy quyền có hiệu lực khi {agent} đăng nhập và nhận lời. Ông/Bà có thể rút lại bất cứ lúc nào. "
            "Nếu không phải Ông/Bà đã làm việc này, hãy rút lại ngay.",
        ),
        "en": (
            "Your mandate was offered to {agent}",
            "You have offered {agent} a mandate to file applications for you from {first} until {last}.\n\n"
            "It holds once {agent} signs in and accepts. You can take it back at any time. "
            "If it was not you who did this, take it back now.",
        ),
    },
    (Event.OFFERED, None, Side.ASKED): {
        "vi": (
            "{granter} muốn ủy quyền cho Ông/Bà nộp hồ sơ",
            "{granter} đề nghị Ông/Bà nộp hồ sơ thay từ {first} đến hết {last}.\n\n"
            "Hãy đăng nhập, xem kỹ rồi nhận lời hoặc từ chối. Nếu không quen người này, cứ từ chối.",
        ),
        "en": (
            "{granter} offers you a mandate to file for them",
            "{granter} asks you to file applications for them from {first} until {last}.\n\n"
            "Sign in, read it, then accept or decline. If you do not know them, simply decline.",
        ),
    },
    (Event.ACCEPTED, None, Side.GRANTER): {
        "vi": (
            "{agent} đã nhận ủy quyền của Ông/Bà",
            "{agent} đã nhận lời và có thể nộp hồ sơ thay Ông/Bà từ {first} đến hết {last}.\n\n"
            "Mỗi lần hồ sơ được nộp, Ông/Bà nhận được thư. Ông/Bà có thể chấm dứt ủy quyền bất cứ lúc nào.",
        ),
        "en": (
            "{agent} has accepted your mandate",
            "{agent} has accepted and can file applications for you from {first} until {last}.\n\n"
            "You get a letter whenever one is filed. You can end the mandate at any time.",
        ),
    },
    (Event.ACCEPTED, None, Side.AGENT): {
        "vi": (
            "Ông/Bà đã nhận ủy quyền của {granter}",
            "Ông/Bà có thể nộp hồ sơ thay {granter} từ {first} đến hết {last}. "
            "Khi bắt đầu hồ sơ, hãy chọn nộp thay ai.",
        ),
        "en": (
            "You have accepted the mandate of {granter}",
            "You can file applications for {granter} from {first} until {last}. "
            "When you begin an application, choose whom it is for.",
        ),
    },
    (Event.EXPIRED, None, Side.GRANTER): {
        "vi": (
            "Ủy quyền cho {agent} đã hết hạn",
            "Ủy quyền của Ông/Bà cho {agent} đã hết hạn vào cuối ngày {last}. {agent} không xem và không làm gì được "
            "với hồ sơ của Ông/Bà nữa. Hồ sơ đã nộp vẫn được giải quyết như thường.",
        ),
        "en": (
            "Your mandate for {agent} has run out",
            "Your mandate for {agent} ran out at the end of {last}. {agent} can no longer see or touch your "
            "applications. What was filed goes on as before.",
        ),
    },
    (Event.EXPIRED, None, Side.AGENT): {
        "vi": (
            "Ủy quyền của {granter} đã hết hạn",
            "Ủy quyền của {granter} đã hết hạn vào cuối ngày {last}. Ông/Bà không mở được các hồ sơ đã nộp thay nữa. "
            "Bản nháp của Ông/Bà vẫn còn.",
        ),
        "en": (
            "The mandate of {granter} has run out",
            "The mandate of {granter} ran out at the end of {last}. You can no longer open what you filed under it. "
            "Your drafts are kept.",
        ),
    },
    (Event.ENDED, Ending.TAKEN_BACK, Side.GRANTER): {
        "vi": ("Đã rút lại lời ủy quyền cho {agent}", "Ông/Bà đã rút lại lời ủy quyền cho {agent}."),
        "en": ("Your offer to {agent} was taken back", "You have taken back the mandate that you offered to {agent}."),
    },
    (Event.ENDED, Ending.TAKEN_BACK, Side.ASKED): {
        "vi": ("{granter} đã rút lại lời ủy quyền", "{granter} đã rút lại lời ủy quyền. Ông/Bà không cần làm gì."),
        "en": ("{granter} has taken back the mandate", "{granter} has taken the offer back. You need not do anything."),
    },
    (Event.ENDED, Ending.DECLINED, Side.GRANTER): {
        "vi": ("Lời ủy quyền cho {agent} bị từ chối", "Lời ủy quyền Ông/Bà gửi cho {agent} đã bị từ chối."),
        "en": ("Your offer to {agent} was declined", "The mandate that you offered to {agent} was declined."),
    },
    (Event.ENDED, Ending.DECLINED, Side.ASKED): {
        "vi": ("Đã từ chối ủy quyền của {granter}", "Ông/Bà đã từ chối lời ủy quyền của {granter}."),
        "en": ("You declined the mandate of {granter}", "You have declined the mandate that {granter} offered."),
    },
    (Event.ENDED, Ending.REVOKED, Side.GRANTER): {
        "vi": (
            "Đã chấm dứt ủy quyền cho {agent}",
            "Ông/Bà đã chấm dứt ủy quyền cho {agent}. Từ bây giờ {agent} không xem và không làm gì được với hồ sơ của "
            "Ông/Bà. Hồ sơ đã nộp vẫn được giải quyết; Ông/Bà theo dõi trong tài khoản của mình.",
        ),
        "en": (
            "Your mandate for {agent} has ended",
            "You have ended the mandate for {agent}. From now on {agent} can neither see nor touch your applications. "
            "What was filed goes on; you follow it in your own account.",
        ),
    },
    (Event.ENDED, Ending.REVOKED, Side.AGENT): {
        "vi": (
            "{granter} đã chấm dứt ủy quyền",
            "{granter} đã chấm dứt ủy quyền cho Ông/Bà. Ông/Bà không mở được các hồ sơ đã nộp thay nữa. "
            "Bản nháp của Ông/Bà vẫn còn.",
        ),
        "en": (
            "{granter} has ended the mandate",
            "{granter} has ended your mandate. You can no longer open what you filed under it. Your drafts are kept.",
        ),
    },
    (Event.ENDED, Ending.GIVEN_UP, Side.GRANTER): {
        "vi": (
            "{agent} đã thôi nhận ủy quyền",
            "{agent} đã thôi nhận ủy quyền của Ông/Bà. Hồ sơ đã nộp vẫn được giải quyết; Ông/Bà theo dõi trong tài "
            "khoản của mình.",
        ),
        "en": (
            "{agent} has given your mandate up",
            "{agent} has given your mandate up. What was filed goes on; you follow it in your own account.",
        ),
    },
    (Event.ENDED, Ending.GIVEN_UP, Side.AGENT): {
        "vi": ("Đã thôi nhận ủy quyền của {granter}", "Ông/Bà đã thôi nhận ủy quyền của {granter}."),
        "en": ("You gave up the mandate of {granter}", "You have given up the mandate of {granter}."),
    },
}

LINK = {"vi": "\n\nXem ủy quyền: {link}\n", "en": "\n\nThe mandate: {link}\n"}


def compose(occasion: Occasion, language: str, facts: Facts) -> Words | None:
    """Subject and body; None where no letter is due."""
    texts = LETTERS.get(occasion)
    if texts is None:
        return None
    subject, body = texts[language]
    values = {
        "granter": facts.granter,
        "agent": facts.agent,
        "first": _day(facts.days.first),
        "last": _day(facts.days.last),
        "link": facts.link,
    }
    link = "" if occasion[0] is Event.ENDED and occasion[2] is Side.ASKED else LINK[language]  # theirs no more
    return subject.format(**values), (body + link).format(**values)


def _day(day: date) -> str:
    return f"{day:%d/%m/%Y}"
