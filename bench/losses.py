"""What must not be after processes were killed: a dossier lost or twice, a number left out, a letter twice. Pure."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from email.message import EmailMessage
from uuid import UUID

from bench.clicking import Filed
from portal.dossiers import references

EXPECTED = ("303", "503")  # that it is filed, and that it is worth trying again


def of_dossiers(filed: Filed, drafts: Iterable[UUID], there: Mapping[UUID, str]) -> Iterator[str]:
    """What differs between what people were told and what is there."""
    told = filed.references
    yield from (f"{draft} was never told a reference" for draft in drafts if draft not in told)
    yield from (
        f"{told[draft]} was told and is {there.get(draft)}" for draft in told if there.get(draft) != told[draft]
    )
    yield from (f"{there[draft]} was filed and nobody was told" for draft in there if draft not in told)
    yield from (f"a second click led elsewhere: {line}" for line in filed.otherwise)
    for came, times in filed.answers.items():
        if came[0].isdigit() and came not in EXPECTED:
            yield f"an answer {came}, {times} times"
    yield from _of_numbers(there.values())


def of_copies(there: Collection[str], **copies: Iterable[str]) -> Iterator[str]:
    """Where a dossier that is there stands not once: in the ledger, in the lists, in the statistics."""
    for name, listed in copies.items():
        times = Counter(listed)
        yield from (
            f"{name}: {one} {times[one]} times" for one in {*there, *times} if (one in there, times[one]) != (True, 1)
        )


def of_letters(messages: Iterable[EmailMessage], *, number: int) -> Iterator[str]:
    """Each came once; one more is allowed where it says that it is a repeat."""
    came: Counter[str] = Counter()
    marked: Counter[str] = Counter()
    for message in messages:
        came[message["Message-ID"]] += 1
        marked[message["Message-ID"]] += bool(message["X-Repeat-Of"])
    if len(came) != number:
        yield f"letters of {len(came)} dossiers came, of {number}"
    for letter, times in came.items():
        if times > 2 or times - 1 > marked[letter]:
            yield f"the letter {letter} came {times} times, {marked[letter]} of them marked"


def _of_numbers(found: Iterable[str]) -> Iterator[str]:
    """Of each unit and day they are 1, 2, 3 and so on."""
    days: defaultdict[tuple[str, date], list[int]] = defaultdict(list)
    for reference in map(references.parse, found):
        if reference is not None:
            days[reference.agency, reference.filed_on].append(reference.serial)
    for (agency, day), serials in days.items():
        if sorted(serials) != list(range(1, len(serials) + 1)):
            yield f"the numbers of {agency} on {day} are not 1 to {len(serials)}"
