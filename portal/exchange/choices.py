"""Words that provinces write for what is one of a few, as the catalogue knows it."""

from collections.abc import Mapping

from portal.exchange.layout import folded
from portal.procedures import sectors

LEVELS = {
    "commune": ("Cấp xã", "Xã", "UBND cấp xã"),
    "district": ("Cấp huyện", "Huyện"),
    "province": ("Cấp tỉnh", "Tỉnh", "Cấp bộ, tỉnh"),
}
SERVICE_LEVELS = {
    "full": ("Toàn trình", "Dịch vụ công trực tuyến toàn trình", "Mức 4", "Mức độ 4"),
    "partial": ("Một phần", "Dịch vụ công trực tuyến một phần", "Mức 3", "Mức độ 3"),
    "information": (
        "Cung cấp thông tin",
        "Dịch vụ cung cấp thông tin",
        "Dịch vụ cung cấp thông tin trực tuyến",
        "Mức 2",
        "Mức độ 2",
    ),
}
AUDIENCES = {
    "citizen": (
        "Công dân",
        "Công dân Việt Nam",
        "Cá nhân",
        "Người dân",
        "Người nước ngoài",
        "Người Việt Nam định cư ở nước ngoài",
        "Hộ kinh doanh",
        "Hộ gia đình",
    ),
    "organisation": (
        "Tổ chức",
        "Doanh nghiệp",
        "Hợp tác xã",
        "Cơ quan nhà nước",
        "Tổ chức (không bao gồm doanh nghiệp, HTX)",
        "Doanh nghiệp có vốn đầu tư nước ngoài",
        "Tổ chức nước ngoài",
    ),
}
CHANNELS = {
    "counter": ("Trực tiếp", "Nộp trực tiếp", "1"),
    "online": ("Trực tuyến", "Nộp trực tuyến", "2"),
    "post": ("Dịch vụ bưu chính", "Bưu chính", "Bưu chính công ích", "Dịch vụ bưu chính công ích", "Qua bưu điện", "3"),
}
TERM_UNITS = {
    "working_days": ("Ngày làm việc",),
    "days": ("Ngày", "Ngày lịch"),
    "hours": ("Giờ làm việc", "Giờ"),
    "same_day": ("Trong ngày", "Trong ngày làm việc"),
}
LIFE_EVENTS = {
    "birth": ("Sinh con", "Có con nhỏ"),
    "marriage": ("Kết hôn", "Hôn nhân", "Hôn nhân và gia đình"),
    "death": ("Người thân qua đời", "Qua đời"),
    "home": ("Nơi ở", "Cư trú", "Nhà ở"),
    "business": ("Kinh doanh",),
    "work": ("Việc làm",),
    "health": ("Sức khỏe", "Sức khỏe và y tế", "Y tế"),
    "documents": ("Giấy tờ", "Giấy tờ cá nhân"),
    "land": ("Đất đai", "Đất đai, nhà cửa"),
    "study": ("Học tập", "Giáo dục"),
    "travel": ("Đi lại", "Đi lại, du lịch"),
    "justice": ("Tư pháp", "Pháp luật"),
}
YES, NO = ("co", "x", "yes", "true", "1", "bat buoc", "dung"), ("khong", "no", "false", "0", "khong bat buoc", "sai")


def _known(words: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    return {folded(word): key for key, found in words.items() for word in (key.replace("_", " "), *found)}


def fields() -> dict[str, str]:
    """Folded name, key or national code of every field, to its key."""
    found = {}
    for key, sector in sectors.sectors().items():
        for word in (key, sector.name.vi, sector.name.en, sector.national_code or key):
            found[folded(word)] = key
    return found


def first_word(choices: str, key: str) -> str:
    """How we write it ourselves."""
    return WORDS[choices][key][0]


WORDS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "level": LEVELS,
    "service_level": SERVICE_LEVELS,
    "audience": AUDIENCES,
    "channel": CHANNELS,
    "unit": TERM_UNITS,
    "life_events": LIFE_EVENTS,
}
KNOWN: Mapping[str, Mapping[str, str]] = {name: _known(words) for name, words in WORDS.items()}


def allowed(name: str) -> str:
    """What may stand there, for whoever wrote something else."""
    if name == "field":
        return "; ".join(sector.name.vi for sector in list(sectors.sectors().values())[:6]) + "; …"
    return "; ".join(words[0] for words in WORDS[name].values())


def choose(name: str, text: str) -> str | None:
    """The catalogue's own word for what was written; None where it is none of them."""
    known = fields() if name == "field" else KNOWN[name]
    return known.get(folded(text))
