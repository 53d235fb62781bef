"""The words of the letters that tell a person what became of their dossier, in both languages. Pure.

Letters go out from jobs, where there is no page and no reader's language: each dossier keeps the language its
person filed in. A letter says what happened, what to do next, and where; of what was filed it repeats nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from portal import clock
from portal.dossiers.life import Act, Outcome, State, Way

Words = tuple[str, str]  # subject, body
LANGUAGES = ("vi", "en")


@dataclass(frozen=True, slots=True)
class Facts:
    """What letters speak of; names in the letter's language."""

    reference: str
    procedure: str
    unit: str
    link: str
    due_at: datetime | None = None
    note: str | None = None
    outcome: Outcome | None = None
    agent: str | None = None  # who filed it, where somebody filed it for its reader
    granter: str | None = None  # for whom it was filed, where its reader is not the applicant
    paper: str | None = None  # where the statutory paper about the act is
    taken_back: Act | None = None  # what is taken back
    stands: State | None = None  # where the dossier is again
    way: Way | None = None  # by which the result was returned
    postal_number: str | None = None


LETTERS: Mapping[tuple[Act, Outcome | None], Mapping[str, Words]] = {
    (Act.FILED, None): {
        "vi": (
            "Đã nộp hồ sơ {reference}",
            "Ông/Bà đã nộp hồ sơ {reference} về thủ tục “{procedure}” tới {unit}.\n\n"
            "Bộ phận một cửa sẽ kiểm tra và báo cho Ông/Bà biết hồ sơ được tiếp nhận hay cần bổ sung.",
        ),
        "en": (
            "Application {reference} filed",
            "You have filed application {reference} for “{procedure}” with {unit}.\n\n"
            "The one-stop desk will check it and tell you whether it is accepted or needs something more.",
        ),
    },
    (Act.RECEIVED, None): {
        "vi": (
            "Đã tiếp nhận hồ sơ {reference}",
            "{unit} đã tiếp nhận hồ sơ {reference} về thủ tục “{procedure}”.\n\nHạn trả kết quả: {due}.",
        ),
        "en": (
            "Application {reference} accepted",
            "{unit} has accepted application {reference} for “{procedure}”.\n\nThe result is due by {due}.",
        ),
    },
    (Act.NOT_RECEIVED, None): {
        "vi": (
            "Không tiếp nhận hồ sơ {reference}",
            "{unit} không tiếp nhận hồ sơ {reference} về thủ tục “{procedure}”.\n\nLý do: {note}\n\n"
            "Ông/Bà có thể nộp hồ sơ mới khi đã đủ điều kiện.",
        ),
        "en": (
            "Application {reference} not accepted",
            "{unit} has not accepted application {reference} for “{procedure}”.\n\nReason: {note}\n\n"
            "You can file a new application once the conditions are met.",
        ),
    },
    (Act.SUPPLEMENT_ASKED, None): {
        "vi": (
            "Cần bổ sung hồ sơ {reference}",
            "{unit} đề nghị Ông/Bà bổ sung hồ sơ {reference} về thủ tục “{procedure}”.\n\n"
            "Nội dung cần bổ sung: {note}\n\n"
            "Thời gian chờ bổ sung không tính vào thời hạn giải quyết. Mời Ông/Bà mở hồ sơ để gửi phần bổ sung.",
        ),
        "en": (
            "Application {reference} needs something more",
            "{unit} asks you to supplement application {reference} for “{procedure}”.\n\n"
            "What is needed: {note}\n\n"
            "The time spent waiting does not count towards the deadline. Open your application to send it.",
        ),
    },
    (Act.DUTY_ASKED, None): {
        "vi": (
            "Cần thực hiện nghĩa vụ tài chính cho hồ sơ {reference}",
            "{unit} đề nghị Ông/Bà thực hiện nghĩa vụ tài chính để giải quyết tiếp hồ sơ {reference} về thủ tục "
            "“{procedure}”.\n\nNội dung: {note}\n\n"
            "Thời gian chờ không tính vào thời hạn giải quyết. Cơ quan giải quyết tiếp khi ghi nhận Ông/Bà đã nộp.",
        ),
        "en": (
            "Application {reference}: a payment is due first",
            "{unit} asks you to pay what is due before application {reference} for “{procedure}” can go on.\n\n"
            "What is due: {note}\n\n"
            "The time spent waiting does not count towards the deadline. Work goes on once the payment is recorded.",
        ),
    },
    (Act.DUTY_DONE, None): {
        "vi": (
            "Đã ghi nhận nghĩa vụ tài chính của hồ sơ {reference}",
            "{unit} đã ghi nhận Ông/Bà thực hiện nghĩa vụ tài chính của hồ sơ {reference} về thủ tục “{procedure}” và "
            "giải quyết tiếp.\n\nHạn trả kết quả: {due}.",
        ),
        "en": (
            "Payment for application {reference} recorded",
            "{unit} has recorded your payment for application {reference} for “{procedure}” and goes on with it.\n\n"
            "The result is due by {due}.",
        ),
    },
    (Act.STOPPED, None): {
        "vi": (
            "Dừng giải quyết hồ sơ {reference}",
            "{unit} dừng giải quyết hồ sơ {reference} về thủ tục “{procedure}”.\n\nLý do: {note}\n\n"
            "Ông/Bà có thể nộp hồ sơ mới khi đã đủ điều kiện. Nếu không đồng ý, Ông/Bà có quyền khiếu nại theo "
            "quy định của pháp luật.",
        ),
        "en": (
            "Work on application {reference} has stopped",
            "{unit} has stopped working on application {reference} for “{procedure}”.\n\nReason: {note}\n\n"
            "You can file a new application once the conditions are met. If you do not agree, you have the right to "
            "complain as the law provides.",
        ),
    },
    (Act.EXTENDED, None): {
        "vi": (
            "Xin lỗi và hẹn lại ngày trả kết quả hồ sơ {reference}",
            "{unit} xin lỗi vì chưa thể trả kết quả hồ sơ {reference} về thủ tục “{procedure}” đúng hẹn.\n\n"
            "Lý do: {note}\n\nHạn mới: {due}.",
        ),
        "en": (
            "Our apologies: a new date for application {reference}",
            "{unit} apologises that the result of application {reference} for “{procedure}” is not ready in time.\n\n"
            "Reason: {note}\n\nThe new date is {due}.",
        ),
    },
    (Act.RECOUNTED, None): {
        "vi": (
            "Tính lại hạn trả kết quả hồ sơ {reference}",
            "Lịch làm việc của {unit} thay đổi, nên hạn trả kết quả hồ sơ {reference} về thủ tục “{procedure}” được "
            "tính lại.\n\nLý do: {note}\n\nHạn mới: {due}.\n\n"
            "Ông/Bà không phải làm gì. Cách tính từng ngày có trong hồ sơ và trong sổ công khai.",
        ),
        "en": (
            "A new date for application {reference}",
            "The working calendar of {unit} has changed, so the date for application {reference} for “{procedure}” "
            "has been counted again.\n\nReason: {note}\n\nThe new date is {due}.\n\n"
            "There is nothing for you to do. Your application and the public ledger show how the date is counted, "
            "day by day.",
        ),
    },
    (Act.RESOLVED, Outcome.GRANTED): {
        "vi": (
            "Đã có kết quả hồ sơ {reference}",
            "Hồ sơ {reference} về thủ tục “{procedure}” đã được giải quyết.\n\n"
            "Mời Ông/Bà mở hồ sơ để tải kết quả. Bản giấy, nếu có, được trả tại bộ phận một cửa của {unit}.",
        ),
        "en": (
            "Application {reference} granted",
            "Application {reference} for “{procedure}” has been granted.\n\n"
            "Open your application to download the result. A paper copy, if there is one, waits at the one-stop desk "
            "of {unit}.",
        ),
    },
    (Act.RESOLVED, Outcome.REFUSED): {
        "vi": (
            "Hồ sơ {reference} không được chấp thuận",
            "Hồ sơ {reference} về thủ tục “{procedure}” không được chấp thuận.\n\nLý do: {note}\n\n"
            "Nếu không đồng ý, Ông/Bà có quyền khiếu nại theo quy định của pháp luật.",
        ),
        "en": (
            "Application {reference} refused",
            "Application {reference} for “{procedure}” has been refused.\n\nReason: {note}\n\n"
            "If you do not agree, you have the right to complain as the law provides.",
        ),
    },
    (Act.HANDED_OVER, None): {
        "vi": (
            "Hồ sơ {reference} nay do {unit} phụ trách",
            "{unit} tiếp nhận bàn giao hồ sơ {reference} về thủ tục “{procedure}”, theo {note}.\n\n"
            "Ông/Bà không phải làm gì thêm: mã hồ sơ, giấy tiếp nhận và ngày hẹn trả không thay đổi.",
        ),
        "en": (
            "Application {reference} is now with {unit}",
            "{unit} has taken over application {reference} for “{procedure}”, by {note}.\n\n"
            "There is nothing you have to do: the reference, the receipt and the date of the result stay as they were.",
        ),
    },
    (Act.CORRECTED, None): {
        "vi": (
            "Hồ sơ {reference}: cơ quan thu hồi một việc đã ghi",
            "{unit} thu hồi việc đã ghi trước đó đối với hồ sơ {reference} về thủ tục “{procedure}”: {taken_back}.\n\n"
            "Lý do: {note}\n\n{stands}\n\n"
            "Việc đã ghi và việc thu hồi đều có trong hồ sơ và trong sổ công khai. Rất tiếc vì sự bất tiện này.",
        ),
        "en": (
            "Application {reference}: something has been taken back",
            "{unit} has taken back what it recorded about application {reference} for “{procedure}”: {taken_back}.\n\n"
            "Reason: {note}\n\n{stands}\n\n"
            "Both what was recorded and its taking back stay in your application and in the public ledger. We are "
            "sorry for the trouble.",
        ),
    },
    (Act.RETURNED, None): {
        "vi": (
            "Đã trả kết quả hồ sơ {reference}",
            "{unit} đã trả kết quả hồ sơ {reference} về thủ tục “{procedure}”. Cảm ơn Ông/Bà đã sử dụng dịch vụ.",
        ),
        "en": (
            "Result of application {reference} handed over",
            "{unit} has handed over the result of application {reference} for “{procedure}”. "
            "Thank you for using the service.",
        ),
    },
}

TAKEN_BACK: Mapping[Act, tuple[str, str]] = {  # in Vietnamese, in English
    Act.SUPPLEMENT_ASKED: ("yêu cầu bổ sung hồ sơ", "the request to supplement it"),
    Act.DUTY_ASKED: ("yêu cầu thực hiện nghĩa vụ tài chính", "the request to pay first"),
    Act.PASSED: ("chuyển hồ sơ cho đơn vị khác", "passing it on to another unit"),
    Act.PASSED_BACK: ("trả hồ sơ lại đơn vị trước", "returning it to the unit before"),
    Act.OPINION_ASKED: ("hỏi ý kiến đơn vị khác", "asking another unit for its opinion"),
    Act.EXTENDED: ("lời xin lỗi và ngày hẹn mới", "the apology with a new date"),
    Act.STOPPED: ("dừng giải quyết hồ sơ", "stopping work on it"),
    Act.NOT_RECEIVED: ("không tiếp nhận hồ sơ", "not accepting it"),
    Act.RESOLVED: (
        "kết quả giải quyết. Kết quả và văn bản đã gửi không còn giá trị, xin đừng sử dụng",
        "the decision. The result and papers that you got about it hold no more; please do not use them",
    ),
    Act.RETURNED: ("ghi nhận đã trả kết quả", "the record that the result was handed over"),
}
STANDS: Mapping[State, tuple[str, str]] = {
    State.FILED: (
        "Hồ sơ lại chờ tiếp nhận như trước. Ông/Bà không phải làm gì thêm.",
        "Your application waits to be accepted, as before. There is nothing you have to do.",
    ),
    State.IN_PROGRESS: (
        "Hồ sơ lại đang được giải quyết, Ông/Bà không phải làm gì thêm. Hạn trả kết quả: {due}.",
        "Work on your application goes on; there is nothing you have to do. The result is due by {due}.",
    ),
    State.AWAITING_SUPPLEMENT: (
        "Hồ sơ lại chờ Ông/Bà bổ sung theo yêu cầu trước đó. Mời Ông/Bà mở hồ sơ để gửi phần bổ sung.",
        "Your application waits again for what you were asked to supplement. Open it to send that.",
    ),
    State.AWAITING_DUTY: (
        "Hồ sơ lại chờ Ông/Bà thực hiện nghĩa vụ tài chính theo yêu cầu trước đó.",
        "Your application waits again for the payment that you were asked for.",
    ),
    State.RESOLVED: (
        "Kết quả vẫn còn giá trị và chờ trả cho Ông/Bà.",
        "The result still holds and waits to be handed over to you.",
    ),
}
BY_AGENT = {
    "vi": "\n\n{agent} nộp hồ sơ này thay Ông/Bà theo ủy quyền. Nếu Ông/Bà không muốn vậy, hãy chấm dứt ủy quyền trong "
    "tài khoản của mình và báo cho bộ phận một cửa.",
    "en": "\n\n{agent} filed this application for you, by your mandate. If you did not want that, end the mandate in "
    "your account and tell the one-stop desk.",
}
FOR_GRANTER = {
    "vi": "\n\nHồ sơ này của {granter}; Ông/Bà nhận thư vì đã nộp thay theo ủy quyền.",
    "en": "\n\nThis application belongs to {granter}; you get this letter because you filed it by their mandate.",
}
WAYS: Mapping[Way, Mapping[str, str]] = {
    Way.COUNTER: {
        "vi": "\n\nCách trả: trực tiếp tại bộ phận một cửa.",
        "en": "\n\nHow: in person, at the one-stop desk.",
    },
    Way.POST: {"vi": "\n\nCách trả: qua bưu chính công ích.", "en": "\n\nHow: by the public postal service."},
    Way.ONLINE: {"vi": "\n\nCách trả: trực tuyến.", "en": "\n\nHow: online."},
}
POSTAL_NUMBER = {"vi": " Số hiệu bưu gửi: {postal_number}.", "en": " Number of the postal item: {postal_number}."}
PAPER = {"vi": "\n\nVăn bản (PDF): {paper}", "en": "\n\nThe official paper (PDF): {paper}"}
LINK = {"vi": "\n\nXem hồ sơ: {link}\n", "en": "\n\nYour application: {link}\n"}


def compose(act: Act, language: str, facts: Facts) -> Words | None:
    """Subject and body of the letter on this act; None where no letter is due."""
    texts = LETTERS.get((act, facts.outcome))
    if texts is None:
        return None
    subject, body = texts[language]
    due, which = _instant(facts.due_at, language), LANGUAGES.index(language)
    values = {
        "reference": facts.reference,
        "procedure": facts.procedure,
        "unit": facts.unit,
        "link": facts.link,
        "due": due,
        "note": facts.note or "",
        "taken_back": TAKEN_BACK[facts.taken_back][which] if facts.taken_back else "",
        "stands": STANDS[facts.stands][which].format(due=due) if facts.stands else "",
        "agent": facts.agent,
        "granter": facts.granter,
        "paper": facts.paper,
        "postal_number": facts.postal_number,
    }
    if facts.way is not None:
        body += WAYS[facts.way][language] + (POSTAL_NUMBER[language] if facts.postal_number else "")
    if facts.agent is not None:
        body += BY_AGENT[language]
    if facts.granter is not None:
        body += FOR_GRANTER[language]
    if facts.paper is not None:
        body += PAPER[language]
    return subject.format(**values), (body + LINK[language]).format(**values)


def _instant(at: datetime | None, language: str) -> str:
    if at is None:
        return ""
    shown = clock.local(at)
    return f"{shown:%H:%M} {'ngày' if language == 'vi' else 'on'} {shown:%d/%m/%Y}"
