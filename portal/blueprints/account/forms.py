"""Shape of what a person tells about themself."""

from typing import Any

from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import StringField, ValidationError
from wtforms.validators import Length, Optional

from portal.errors import PortalError
from portal.procedures import characters, formats
from portal.procedures.formats import Refusal


def tidy(value: str | None) -> str:
    """White space at the ends is never meant."""
    return (value or "").strip()


class ContactForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF carries no types
    """How to reach a person; all of it may be left empty."""

    email = StringField(
        filters=[tidy], validators=[Optional(), Length(max=254, message=lazy_gettext("Địa chỉ thư điện tử quá dài."))]
    )
    phone = StringField(filters=[tidy], validators=[Optional()])
    address = StringField(
        filters=[tidy],
        validators=[
            Optional(),
            Length(max=300, message=lazy_gettext("Hãy viết địa chỉ ngắn lại, nhiều nhất 300 ký tự.")),
        ],
    )

    def validate_email(self, field: Any) -> None:
        try:
            field.data = formats.email(field.data)
        except (Refusal, PortalError) as error:
            raise ValidationError(lazy_gettext("Hãy nhập địa chỉ thư điện tử như ten@example.vn.")) from error

    def validate_phone(self, field: Any) -> None:
        try:
            field.data = formats.phone(field.data)
        except (Refusal, PortalError) as error:
            raise ValidationError(lazy_gettext("Hãy nhập số điện thoại Việt Nam, ví dụ 0901 234 567.")) from error

    def validate_address(self, field: Any) -> None:
        try:
            field.data = characters.clean(field.data)
        except characters.Unreadable as error:
            raise ValidationError(lazy_gettext("Có ký tự ẩn không dùng được. Hãy xóa đi và gõ lại.")) from error
