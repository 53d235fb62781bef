"""The words of the error pages: what happened, and what to do next."""

from dataclasses import dataclass
from datetime import datetime

from flask import current_app

from portal import clock
from portal.display import file_size
from portal.i18n import gettext as _
from portal.i18n import ngettext
from portal.settings import Settings

RetryAfter = datetime | int | None


@dataclass(frozen=True, slots=True)
class Words:
    title: str
    text: str
    advice: str


def words_for(status: int, *, kind: str = "", retry_after: RetryAfter = None) -> Words:
    """Words for an HTTP status; `kind` tells apart what one status can mean."""
    if kind == "page_expired":
        return Words(
            _("Trang này đã mở quá lâu"),
            _("Vì an toàn, chúng tôi không nhận thông tin gửi từ một trang đã cũ. Chưa có gì được thay đổi."),
            _("Hãy quay lại trang trước, tải lại trang rồi gửi lần nữa. Phần đã lưu trong bản nháp vẫn còn nguyên."),
        )
    if kind == "stale":
        return Words(
            _("Vừa có người khác xử lý hồ sơ này"),
            _("Hồ sơ đã thay đổi kể từ lúc bạn mở trang, nên việc bạn vừa làm chưa được ghi lại."),
            _("Hãy mở lại hồ sơ, xem điều gì đã thay đổi rồi làm tiếp."),
        )
    if status == 401:
        return _not_admitted()
    if status == 413:
        return _too_large()
    if status == 429:
        return _too_often(retry_after)
    return _asked(status) if status < 500 else _ours(status)


def _asked(status: int) -> Words:
    """What the asker can put right."""
    if status == 403:
        return Words(
            _("Bạn không được mở trang này"),
            _("Tài khoản của bạn không có quyền đối với trang này."),
            _("Nếu cần quyền, hãy hỏi người quản trị. Nếu có tài khoản khác, hãy đăng nhập bằng tài khoản đó."),
        )
    if status == 404:
        return Words(
            _("Không tìm thấy trang này"),
            _("Địa chỉ có thể bị gõ nhầm, trang đã chuyển chỗ, hoặc trang không dành cho tài khoản của bạn."),
            _("Hãy kiểm tra lại địa chỉ, tìm thủ tục, hoặc tra cứu hồ sơ bằng mã hồ sơ."),
        )
    if status == 405:
        return Words(
            _("Không mở được trang theo cách này"),
            _("Địa chỉ này chỉ nhận thông tin gửi từ một biểu mẫu của cổng."),
            _("Hãy bắt đầu lại từ trang có biểu mẫu đó."),
        )
    if status == 409:
        return Words(
            _("Việc này hiện không làm được"),
            _("Hồ sơ đang ở bước không cho phép việc này. Chưa có gì được thay đổi."),
            _("Hãy mở lại hồ sơ để xem các việc có thể làm tiếp."),
        )
    if status == 410:
        return Words(
            _("Nội dung này đã được xóa theo luật"),
            _("Phần riêng đã được hủy nên không ai mở được nữa. Mục của nó trong sổ công khai vẫn còn nguyên."),
            _("Bằng chứng bạn đã tải trước đây vẫn kiểm tra được. Bằng chứng công khai vẫn tải được từ sổ công khai."),
        )
    return Words(
        _("Chúng tôi không đọc được yêu cầu này"),
        _("Thông tin gửi lên bị thiếu, bị hỏng hoặc không đúng dạng. Chưa có gì được thay đổi."),
        _("Hãy quay lại trang trước, kiểm tra lại rồi thử lần nữa."),
    )


def _not_admitted() -> Words:
    """Only the API answers so: pages lead to the sign-in."""
    return Words(
        _("Cần một mã truy cập còn hiệu lực"),
        _(
            "Yêu cầu không có mã truy cập, hoặc mã không đúng, đã hết hạn hay đã bị kết thúc. "
            "Hãy gửi mã còn hiệu lực trong tiêu đề Authorization: Bearer."
        ),
        _("Chủ tài khoản tạo mã mới ở trang Tài khoản, phần Mã truy cập cho chương trình."),
    )


def _ours(status: int) -> Words:
    """What only we can put right."""
    if status in (502, 503, 504):
        return Words(
            _("Cổng tạm thời chưa trả lời được"),
            _("Hệ thống đang bận hoặc đang bảo trì. Hồ sơ đã nộp và bản nháp đã lưu không bị ảnh hưởng."),
            _("Hãy thử lại sau ít phút."),
        )
    return Words(
        _("Đã có lỗi ở phía chúng tôi"),
        _("Việc bạn vừa làm có thể chưa được ghi lại. Lỗi đã được báo cho người vận hành."),
        _("Hãy thử lại sau ít phút. Nếu vẫn lỗi, hãy cho chúng tôi biết số sự cố dưới đây."),
    )


def crowded(seconds: int, *, sent: bool) -> Words:
    """For who comes when too many are there; `sent`: not only to look."""
    title = _("Cổng đang có quá nhiều người cùng dùng")
    if sent:
        return Words(
            title,
            _("Thông tin bạn vừa gửi chưa được nhận. Hồ sơ đã nộp và bản nháp đã lưu vẫn còn nguyên."),
            _(
                "Đừng đóng trang này. Hãy đợi %(seconds)d giây rồi tải lại trang và đồng ý gửi lại: "
                "những gì bạn đã nhập sẽ được gửi lần nữa. Gửi hai lần vẫn chỉ thành một hồ sơ.",
                seconds=seconds,
            ),
        )
    return Words(
        title,
        _("Lúc này chúng tôi chưa trả lời kịp mọi người. Hồ sơ đã nộp và bản nháp đã lưu vẫn còn nguyên."),
        _("Hãy đợi %(seconds)d giây rồi tải lại trang.", seconds=seconds),
    )


def _too_large() -> Words:
    settings: Settings = current_app.config["SETTINGS"]
    return Words(
        _("Tệp gửi lên quá lớn"),
        _(
            "Mỗi tệp nặng nhất %(file)s, cả lần gửi nặng nhất %(whole)s. Lần gửi này đã bị dừng, chưa có gì được lưu.",
            file=file_size(settings.max_file_bytes),
            whole=file_size(settings.max_request_bytes),
        ),
        _("Hãy quay lại trang trước và chọn tệp nhẹ hơn, hoặc gửi từng tệp một."),
    )


def _too_often(retry_after: RetryAfter) -> Words:
    advice = _("Hãy đợi một lúc rồi thử lại.")
    if retry_after is not None:
        seconds = (retry_after - clock.now()).total_seconds() if isinstance(retry_after, datetime) else retry_after
        minutes = max(1, round(seconds / 60))
        advice = ngettext("Hãy thử lại sau %(num)d phút.", "Hãy thử lại sau %(num)d phút.", minutes)
    return Words(
        _("Bạn đã thử quá nhiều lần"),
        _("Để giữ an toàn cho mọi người, trang này chỉ nhận một số lần thử trong mỗi giờ."),
        advice,
    )
