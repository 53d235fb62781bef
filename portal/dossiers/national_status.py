"""The national portal's status codes 1..10, derived from our states by a table. Pure.

A dossier has no status of its own beside its state: what is sent to the national portal, or asked for by it, is read
off here. Codes 9 and 10 are separate facts with separate instants, `resolved_at` and `returned_at`.
"""

from collections.abc import Mapping
from types import MappingProxyType

from portal.dossiers.vocabulary import Act, State

WORDS: Mapping[int, str] = MappingProxyType(
    {
        1: "Mới đăng ký",
        2: "Được tiếp nhận",
        3: "Không được tiếp nhận",
        4: "Đang xử lý",
        5: "Yêu cầu bổ sung giấy tờ",
        6: "Yêu cầu thực hiện nghĩa vụ tài chính",
        7: "Công dân yêu cầu rút hồ sơ",
        8: "Dừng xử lý",
        9: "Đã xử lý xong",
        10: "Đã trả kết quả",
    }
)
"""As the national portal words them; they are names of its codes and are not translated."""

_OF_STATE: Mapping[State, int] = MappingProxyType(
    {
        State.FILED: 1,
        State.NOT_RECEIVED: 3,
        State.IN_PROGRESS: 4,
        State.AWAITING_SUPPLEMENT: 5,
        State.AWAITING_DUTY: 6,
        State.WITHDRAWN: 7,
        State.STOPPED: 8,
        State.RESOLVED: 9,
        State.RETURNED: 10,
    }
)


def of(state: State, last_public_act: Act) -> int:
    """The code: 2 while the receipt is the last thing that the public saw happen, 4 once work went on."""
    if state is State.IN_PROGRESS and last_public_act is Act.RECEIVED:
        return 2
    return _OF_STATE[state]
