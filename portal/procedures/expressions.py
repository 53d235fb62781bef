"""Calculated values: sums, products, differences, counts and totals over earlier answers, as data and never as code.

All arithmetic is exact decimals; only the end result is rounded, half away from nothing, to the field's decimals.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any, Literal

LARGEST = Decimal(10**15)
EXACT = Context(prec=400)
NO_ROW: Mapping[str, Any] = {}


@dataclass(frozen=True, slots=True)
class Answered:
    """The answer of a field, or inside a total that of a column of the row."""

    key: str
    column: bool = False


@dataclass(frozen=True, slots=True)
class Constant:
    value: Decimal


@dataclass(frozen=True, slots=True)
class Combined:
    """Sum leaves out what is not given and is nothing where nothing is; product and difference need every part."""

    how: Literal["sum", "product", "difference"]
    parts: tuple["Expression", ...]


@dataclass(frozen=True, slots=True)
class Count:
    """How many rows a table has."""

    table: str


@dataclass(frozen=True, slots=True)
class Total:
    """The sum over a table's rows, rows that give nothing left out; 0 for no row."""

    table: str
    of: "Expression"


Expression = Answered | Constant | Combined | Count | Total
HOWS: tuple[Literal["sum", "product", "difference"], ...] = ("sum", "product", "difference")


class TooLarge(ArithmeticError):
    """The result is beyond what is kept."""


def build(data: Mapping[str, Any]) -> Expression:
    """The expression of data whose shape was checked."""
    if "field" in data:
        return Answered(data["field"])
    if "column" in data:
        return Answered(data["column"], column=True)
    if "constant" in data:
        return Constant(Decimal(str(data["constant"])))
    if "count" in data:
        return Count(data["count"])
    if "total" in data:
        return Total(data["total"], build(data["of"]))
    how = next(how for how in HOWS if how in data)
    return Combined(how, tuple(build(part) for part in data[how]))


def parts_of(expression: Expression) -> Iterator[Expression]:
    """The expression and everything in it."""
    yield expression
    inside: Sequence[Expression] = ()
    if isinstance(expression, Combined):
        inside = expression.parts
    elif isinstance(expression, Total):
        inside = (expression.of,)
    for part in inside:
        yield from parts_of(part)


def value(expression: Expression, answers: Mapping[str, Any], *, decimals: int) -> str | None:
    """The canonical decimal, None where an answer that it needs is not there. TooLarge."""
    found = _value(expression, answers, NO_ROW)
    if found is None:
        return None
    rounded = found.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP, context=EXACT)
    if abs(rounded) > LARGEST:
        raise TooLarge
    return canonical(rounded)


def canonical(number: Decimal) -> str:
    """The one spelling of a number: no exponent, no needless zero, no minus before nothing."""
    if not number:
        return "0"
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _value(expression: Expression, answers: Mapping[str, Any], row: Mapping[str, Any]) -> Decimal | None:
    match expression:
        case Constant(number):
            return number
        case Answered(key, column):
            answer = (row if column else answers).get(key)
            return None if answer is None else Decimal(str(answer))
        case Count(table):
            return Decimal(len(answers.get(table, ())))
        case Total(table, of):
            rows = (_value(of, answers, one) for one in answers.get(table, ()))
            return _sum([found for found in rows if found is not None])
        case Combined(how, parts):
            return _combined(how, [_value(part, answers, row) for part in parts])


def _combined(how: str, found: list[Decimal | None]) -> Decimal | None:
    there = [number for number in found if number is not None]
    if how == "sum":
        return _sum(there) if there else None
    if len(there) < len(found):
        return None
    if how == "difference":
        return EXACT.subtract(there[0], there[1])
    product = Decimal(1)
    for number in there:
        product = EXACT.multiply(product, number)
    return product


def _sum(numbers: list[Decimal]) -> Decimal:
    total = Decimal(0)
    for number in numbers:
        total = EXACT.add(total, number)
    return total
