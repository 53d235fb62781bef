"""The table base: naming of constraints, and the column types every package shares."""

from datetime import datetime
from typing import Annotated, Any

from sqlalchemy import BigInteger, DateTime, Identity, LargeBinary, MetaData, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, mapped_column, registry
from sqlalchemy.types import TypeDecorator

from portal import sealing

NAMING = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

Key = Annotated[int, mapped_column(BigInteger, Identity(), primary_key=True)]
Instant = Annotated[datetime, mapped_column(DateTime(timezone=True))]


class Base(DeclarativeBase):
    """Every table of the portal. Relationships load eagerly or raise (`lazy="raise_on_sql"`)."""

    registry = registry(
        metadata=MetaData(naming_convention=NAMING),
        type_annotation_map={
            str: Text,
            bytes: LargeBinary,
            datetime: DateTime(timezone=True),
            dict[str, Any]: JSONB,
        },
    )


class SealedText(TypeDecorator[str]):
    """Text that rests encrypted (AES-256-GCM under the installation's key); never searchable by SQL."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: object) -> bytes | None:
        return None if value is None else sealing.seal(value.encode())

    def process_result_value(self, value: bytes | None, dialect: object) -> str | None:
        return None if value is None else sealing.unseal(value).decode()


class SealedJSON(TypeDecorator[dict[str, Any]]):
    """A JSON object that rests encrypted, as SealedText."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: dict[str, Any] | None, dialect: object) -> bytes | None:
        return None if value is None else sealing.seal(sealing.to_json(value))

    def process_result_value(self, value: bytes | None, dialect: object) -> dict[str, Any] | None:
        return None if value is None else sealing.from_json(sealing.unseal(value))
