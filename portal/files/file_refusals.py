"""Why an uploaded file is not taken."""

from portal.errors import Invalid

CODES = (
    "file_empty",
    "file_too_large",
    "file_name",
    "file_type_unknown",
    "file_type_mismatch",
    "file_encrypted",
    "file_active_content",
    "file_macros",
    "file_bomb",
    "file_damaged",
    "file_malware",
    "file_not_scanned",
    "file_no_template",
)


class FileRefused(Invalid):
    """The file is not taken; `code` is one of CODES, `facts` may hold `limit` (bytes) or `kind` (media type)."""

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code=code, **facts)
