"""The words of a dossier's life: states, acts, and what an act may ask for or change. Pure."""

from collections.abc import Mapping
from enum import StrEnum


class State(StrEnum):
    """Where a dossier stands."""

    FILED = "filed"
    NOT_RECEIVED = "not_received"
    IN_PROGRESS = "in_progress"
    AWAITING_SUPPLEMENT = "awaiting_supplement"
    AWAITING_DUTY = "awaiting_duty"  # a tax or fee that the person has to pay first
    STOPPED = "stopped"
    RESOLVED = "resolved"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"


class Act(StrEnum):
    """What is done to a dossier. The words of public acts are the ledger's; the others are known at the desk alone."""

    FILED = "filed"
    RECEIVED = "received"
    NOT_RECEIVED = "not_received"
    SUPPLEMENT_ASKED = "supplement_asked"
    SUPPLEMENT_GIVEN = "supplement_given"
    PASSED = "passed"
    EXTENDED = "extended"
    RECOUNTED = "recounted"
    RESOLVED = "resolved"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"
    TAKEN_UP = "taken_up"
    ASSIGNED = "assigned"
    GIVEN_BACK = "given_back"
    PROPOSED = "proposed"
    APPROVED = "approved"
    SENT_BACK = "sent_back"
    PASSED_BACK = "passed_back"
    HANDED_OVER = "handed_over"
    OPINION_ASKED = "opinion_asked"
    OPINION_GIVEN = "opinion_given"
    DUTY_ASKED = "duty_asked"
    DUTY_DONE = "duty_done"
    STOPPED = "stopped"
    UNDONE = "undone"
    CORRECTED = "corrected"


class Outcome(StrEnum):
    """How a dossier was decided."""

    GRANTED = "granted"
    REFUSED = "refused"


class Way(StrEnum):
    """By which way a result was given to the applicant."""

    COUNTER = "counter"
    POST = "post"  # the public postal service
    ONLINE = "online"


class Clock(StrEnum):
    """What an act does to the running of the term."""

    NONE = "none"
    START = "start"
    PAUSE = "pause"
    RESUME = "resume"  # the working time left at the pause is counted on from this act
    EXTEND = "extend"  # a new due instant by decision, at most once
    RECOUNT = "recount"  # the same term by another calendar
    STOP = "stop"  # ends for good; time spent paused is not counted
    BACK = "back"  # as it ran before the act that is taken back


class Holder(StrEnum):
    """Which unit holds the dossier after an act."""

    SAME = "same"
    OTHER = "other"  # the one it is passed to
    BEFORE = "before"  # the one that passed it here
    DESK = "desk"  # the one-stop desk that gives the result back
    SUCCESSOR = "successor"  # of the unit that hands over, where that unit held it
    BACK = "back"  # the one that did the act that is taken back


class Keeping(StrEnum):
    """Which officer of the holding unit works on the dossier after an act: its keeper."""

    SAME = "same"
    ACTOR = "actor"
    NAMED = "named"  # the colleague it is given to
    GIVER = "giver"  # whoever gave it to the one who gives it back; nobody where they took it up themself
    NOBODY = "nobody"
    PROPOSER = "proposer"
    BEFORE = "before"  # who had it before the act that is undone, or taken back


class Proposal(StrEnum):
    """How far a proposed decision has come; none once the dossier has moved on."""

    MADE = "made"
    APPROVED = "approved"


class Need(StrEnum):
    """A fact an act cannot do without."""

    REASON = "reason"
    REASON_IF_REFUSED = "reason_if_refused"
    CONTENT = "content"  # a message or at least one file
    OTHER_UNIT = "other_unit"  # a unit in the register, not the holding one
    HOURS = "hours"  # how many working hours the other unit has for its opinion
    COLLEAGUE = "colleague"  # an officer of the holding unit, not the present keeper
    LATER_DUE = "later_due"  # a working day after the present due instant
    OUTCOME = "outcome"
    RESULT_FILE_IF_GRANTED = "result_file_if_granted"
    WAY = "way"


class Party(StrEnum):
    """Who has to do something next."""

    PERSON = "person"
    RECEIVING_DESK = "receiving_desk"
    HOLDER = "holder"
    NOBODY = "nobody"


RECEIVER = "receiver"
SPECIALIST = "specialist"
LEADER = "leader"
ADMINISTRATOR = "administrator"
ROLES = frozenset({RECEIVER, SPECIALIST, LEADER})
OPEN = frozenset({State.FILED, State.IN_PROGRESS, State.AWAITING_SUPPLEMENT, State.AWAITING_DUTY})
FINAL = frozenset({State.NOT_RECEIVED, State.RETURNED, State.WITHDRAWN, State.STOPPED})
BOTH = frozenset(Outcome)
ONLY_REFUSED = frozenset({Outcome.REFUSED})
TAKEN_BACK = frozenset(
    {
        Act.SUPPLEMENT_ASKED,
        Act.DUTY_ASKED,
        Act.PASSED,
        Act.PASSED_BACK,
        Act.OPINION_ASKED,
        Act.EXTENDED,
        Act.STOPPED,
        Act.NOT_RECEIVED,
        Act.RESOLVED,
        Act.RETURNED,
    }
)
"""What the public was told and an officer may take back, while nothing was done since. A receipt is a promise."""
BESIDE = frozenset({Act.EXTENDED, Act.OPINION_ASKED})
"""Of these, what leaves the unit's own work where it is: who has it, and what is proposed, go on beside it."""
PROPOSAL_BEFORE: Mapping[Act, Proposal | None] = {
    Act.PROPOSED: None,
    Act.APPROVED: Proposal.MADE,
    Act.SENT_BACK: Proposal.MADE,
}
"""How far a proposal has come again where one of these is undone: what gave way to another proposal stays away."""
LEDGER_WORDS: Mapping[Act, tuple[str, str]] = {
    Act.PASSED_BACK: ("passed", "passed_back"),
    Act.DUTY_ASKED: ("supplement_asked", "financial_duty"),
    Act.DUTY_DONE: ("supplement_given", "financial_duty"),
}
"""Acts that the ledger knows under another act's word, with a reason code: to whoever reads it they do the same."""
