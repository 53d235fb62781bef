"""What was shown or handed in on paper, in words."""

from collections.abc import Callable, Mapping

from portal.dossiers.paper_notes import PaperKind, PaperNote
from portal.i18n import gettext, language, ngettext
from portal.procedures.form import Form

_: Callable[..., str] = gettext


def kind_options() -> list[tuple[str, str]]:
    """The kinds to choose from, the most usual first."""
    return [
        (PaperKind.SEEN.value, _("Đã xem bản chính, trả lại ngay")),
        (PaperKind.COPY.value, _("Đã nhận bản sao (photo)")),
        (PaperKind.CERTIFIED.value, _("Đã nhận bản sao chứng thực")),
        (PaperKind.ORIGINAL.value, _("Đã nhận bản chính")),
    ]


def note_words(note: PaperNote) -> str:
    """One line: the kind and how many."""
    count: str = ngettext("%(num)d bản", "%(num)d bản", note.number)
    return f"{dict(kind_options())[note.kind.value]}: {count}"


def lines(form: Form, papers: Mapping[str, PaperNote]) -> list[tuple[str, str]]:
    """(component, what there is of it on paper), in the order of the form."""
    lang = language()
    return [(field.label.in_(lang), note_words(papers[field.key])) for field in form.fields if field.key in papers]
