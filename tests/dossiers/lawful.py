"""What the law allows, and what a life that it allows looks like."""

from tests.dossiers.records import WITHIN_THE_UNIT

# Written down a second time on purpose: what the law allows, independent of the table that the code goes by.
LEGAL = {
    ("filed", "received"): "in_progress",
    ("filed", "not_received"): "not_received",
    ("filed", "supplement_asked"): "awaiting_supplement",
    ("filed", "withdrawn"): "withdrawn",
    ("in_progress", "supplement_asked"): "awaiting_supplement",
    ("in_progress", "passed"): "in_progress",
    ("in_progress", "passed_back"): "in_progress",
    ("in_progress", "opinion_asked"): "in_progress",
    ("in_progress", "opinion_given"): "in_progress",
    ("awaiting_supplement", "opinion_given"): "awaiting_supplement",
    ("awaiting_duty", "opinion_given"): "awaiting_duty",
    ("in_progress", "duty_asked"): "awaiting_duty",
    ("awaiting_duty", "duty_done"): "in_progress",
    ("awaiting_duty", "withdrawn"): "withdrawn",
    ("awaiting_duty", "resolved"): "resolved",
    ("in_progress", "stopped"): "stopped",
    ("in_progress", "extended"): "in_progress",
    ("in_progress", "resolved"): "resolved",
    ("in_progress", "withdrawn"): "withdrawn",
    ("awaiting_supplement", "withdrawn"): "withdrawn",
    ("resolved", "returned"): "returned",
}
BY_THE_PERSON = {"filed", "supplement_given", "withdrawn"}
MOVING = {
    "supplement_asked",
    "supplement_given",
    "duty_asked",
    "duty_done",
    "passed",
    "passed_back",
    "resolved",
    "stopped",
    "withdrawn",
}
ANSWERS = {"approved", "sent_back"}
DUE_MOVES = {"received", "supplement_given", "duty_done", "extended", "resolved", "withdrawn"}


def legal_state(acts: list[str]) -> str:
    """Where these acts lead, by the law; KeyError for a life that cannot be."""
    state, received = "filed", False
    for act in acts[1:]:
        if act in WITHIN_THE_UNIT:
            if state not in ("filed", "in_progress"):
                raise KeyError(state, act)
        elif state == "awaiting_supplement" and act == "supplement_given":
            state = "in_progress" if received else "filed"
        elif state == "awaiting_supplement" and act == "not_received" and not received:
            state = "not_received"
        elif state == "awaiting_supplement" and act == "resolved" and received:
            state = "resolved"
        else:
            state = LEGAL[state, act]
        received = received or act == "received"
    return state
