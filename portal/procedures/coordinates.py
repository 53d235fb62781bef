"""A point or an area typed as coordinates, kept as GeoJSON (RFC 7946): longitude first, six decimals.

One corner a line, as phones and land papers write it: `10.34597, 107.08426`, `10,34597; 107,08426`,
`10°20'45,5"N 107°05'03"E` (also B and Đ). Which of the two is the latitude is plain, because in Viet Nam the numbers
of the two never meet. An area is kept as one ring, closed, counter-clockwise from the first corner typed.
"""

import re
from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from math import cos, radians
from typing import Any

from portal.procedures.formats import Refusal

# Land, sea and the archipelagos of Hoàng Sa and Trường Sa.
LATITUDES = (6_000_000, 23_500_000)
LONGITUDES = (102_000_000, 118_000_000)
MILLION = 1_000_000
METRES_A_DEGREE = 111_320
DECIMAL = re.compile(r"([0-9]{1,3}(?:[.,][0-9]{1,15})?)(?:\s*°)?(?:\s*([NSEWBĐnsewbđ]))?")
DEGREES = re.compile(
    r"([0-9]{1,3})\s*[°º](?:\s*([0-9]{1,2}(?:[.,][0-9]{1,10})?)\s*['′’])?"
    r"(?:\s*([0-9]{1,2}(?:[.,][0-9]{1,10})?)\s*(?:\"|″|”|''))?(?:\s*([NSEWBĐnsewbđ]))?"
)
BETWEEN = re.compile(r"[\s,;/]+")
LONGEST_LINE = 200
Position = tuple[int, int]  # longitude, latitude in millionths of a degree
Geometry = dict[str, Any]


def read(lines: str, *, shape: str, most: int) -> Geometry:
    """The GeoJSON geometry of what was typed. Refusal with the number of the line that does not hold."""
    typed = [line for line in lines.split("\n") if line.strip()]
    if shape == "point" and len(typed) != 1:
        raise Refusal("one_point_wanted")
    if len(typed) > most:
        raise Refusal("too_many_points", maximum=most)
    positions = [_position(line, number) for number, line in enumerate(typed, 1)]
    if shape == "point":
        return {"type": "Point", "coordinates": _numbers(positions[0])}
    return {"type": "Polygon", "coordinates": [[_numbers(position) for position in _ring(positions)]]}


def lines_of(geometry: Mapping[str, Any]) -> list[str]:
    """What one would type for this geometry: latitude first, a corner a line."""
    return [f"{latitude:.6f}, {longitude:.6f}" for longitude, latitude in corners(geometry)]


def corners(geometry: Mapping[str, Any]) -> list[tuple[float, float]]:
    """(longitude, latitude) of the point, or of each corner of the area once."""
    coordinates = geometry["coordinates"]
    if geometry["type"] == "Point":
        return [(coordinates[0], coordinates[1])]
    return [(corner[0], corner[1]) for corner in coordinates[0][:-1]]


def square_metres(geometry: Mapping[str, Any]) -> int:
    """The area, to within a part in a thousand for a plot or a commune; 0 for a point."""
    found = corners(geometry)
    middle = sum(latitude for _longitude, latitude in found) / len(found)
    across = METRES_A_DEGREE * cos(radians(middle))
    flat = [(x * across, y * METRES_A_DEGREE) for x, y in found]
    start = flat[0]
    twice: float = _twice_the_area([(x - start[0], y - start[1]) for x, y in flat])
    return round(abs(twice) / 2)


def outline(geometry: Mapping[str, Any], *, size: int = 200, margin: int = 14) -> list[tuple[float, float]]:
    """The corners in a square picture of that size, north above, to scale; for a drawing without a map."""
    found = corners(geometry)
    shrink = cos(radians(found[0][1]))
    flat = [(x * shrink, -y) for x, y in found]
    low = [min(point[axis] for point in flat) for axis in (0, 1)]
    high = [max(point[axis] for point in flat) for axis in (0, 1)]
    widest = max(high[0] - low[0], high[1] - low[1]) or 1
    scale = (size - 2 * margin) / widest
    spare = [(size - (high[axis] - low[axis]) * scale) / 2 for axis in (0, 1)]
    return [(round((x - low[0]) * scale + spare[0], 1), round((y - low[1]) * scale + spare[1], 1)) for x, y in flat]


def is_geometry(value: Any, *, shape: str, most: int) -> bool:
    """Whether the value is exactly what `read` gives for some text."""
    try:
        return bool(read("\n".join(lines_of(value)), shape=shape, most=most) == value)
    except (Refusal, LookupError, TypeError, ValueError):
        return False


def _position(line: str, number: int) -> Position:
    if len(line) > LONGEST_LINE:
        raise Refusal("not_coordinates", line=number)
    found = _pair(DEGREES, line, _from_degrees) or _pair(DECIMAL, line, _from_decimal)
    if found is None:
        raise Refusal("not_coordinates", line=number)
    (first, hemisphere), (second, other) = found
    if "S" in (hemisphere, other) or "W" in (hemisphere, other):
        raise Refusal("outside_viet_nam", line=number)
    here, there = (int((value * MILLION).to_integral_value(ROUND_HALF_UP)) for value in (first, second))
    latitude, longitude = (there, here) if hemisphere in tuple("EĐ") or here > there else (here, there)
    if not (LATITUDES[0] <= latitude <= LATITUDES[1] and LONGITUDES[0] <= longitude <= LONGITUDES[1]):
        raise Refusal("outside_viet_nam", line=number)
    return longitude, latitude


def _pair(pattern: re.Pattern[str], line: str, value: Any) -> list[tuple[Decimal, str]] | None:
    """Two values and nothing else but what parts them."""
    text = line.strip()
    first = pattern.match(text)
    if first is None:
        return None
    between = BETWEEN.match(text, first.end())
    second = pattern.fullmatch(text, between.end() if between else first.end())
    if second is None or (between is None and not first.groups()[-1]):
        return None
    found = [value(match) for match in (first, second)]
    return None if None in found else found


def _from_decimal(match: re.Match[str]) -> tuple[Decimal, str]:
    return Decimal(match[1].replace(",", ".")), (match[2] or "").upper()


def _from_degrees(match: re.Match[str]) -> tuple[Decimal, str] | None:
    minutes, seconds = (Decimal((match[n] or "0").replace(",", ".")) for n in (2, 3))
    if minutes >= 60 or seconds >= 60:
        return None
    return Decimal(match[1]) + minutes / 60 + seconds / 3600, (match[4] or "").upper()


def _ring(positions: Sequence[Position]) -> list[Position]:
    """Closed and counter-clockwise. Refusal where it is no area, or where its lines cross."""
    ring = list(positions[:-1] if len(positions) > 1 and positions[0] == positions[-1] else positions)
    if len(set(ring)) < 3:
        raise Refusal("too_few_points")
    if len(set(ring)) < len(ring) or _crosses(ring):
        raise Refusal("crossing_lines")
    twice = _twice_the_area(ring)
    if not twice:
        raise Refusal("too_few_points")
    if twice < 0:
        ring = [ring[0], *reversed(ring[1:])]
    return [*ring, ring[0]]


def _twice_the_area(ring: Sequence[tuple[Any, Any]]) -> Any:
    following = [*ring[1:], ring[0]]
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, following, strict=True))


def _crosses(ring: Sequence[Position]) -> bool:
    """Whether two sides that are not neighbours meet, or one doubles back over the one before."""
    sides = list(zip(ring, [*ring[1:], ring[0]], strict=True))
    last = len(sides) - 1
    for first in range(len(sides)):
        for second in range(first + 1, len(sides)):
            neighbours = second == first + 1 or (first == 0 and second == last)
            if neighbours:
                a, b = sides[first], sides[second]
                shared, one, other = (a[1], a[0], b[1]) if a[1] == b[0] else (a[0], a[1], b[0])
                if _turn(one, shared, other) == 0 and _dot(shared, one, other) > 0:
                    return True
            elif _meet(*sides[first], *sides[second]):
                return True
    return False


def _turn(a: Position, b: Position, c: Position) -> int:
    cross = (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
    return (cross > 0) - (cross < 0)


def _dot(corner: Position, a: Position, b: Position) -> int:
    return (a[0] - corner[0]) * (b[0] - corner[0]) + (a[1] - corner[1]) * (b[1] - corner[1])


def _within(a: Position, b: Position, c: Position) -> bool:
    return all(min(a[axis], b[axis]) <= c[axis] <= max(a[axis], b[axis]) for axis in (0, 1))


def _meet(a: Position, b: Position, c: Position, d: Position) -> bool:
    turns = (_turn(a, b, c), _turn(a, b, d), _turn(c, d, a), _turn(c, d, b))
    if turns[0] != turns[1] and turns[2] != turns[3]:
        return True
    inline = ((turns[0], a, b, c), (turns[1], a, b, d), (turns[2], c, d, a), (turns[3], c, d, b))
    return any(turn == 0 and _within(one, other, point) for turn, one, other, point in inline)


def _numbers(position: Position) -> list[float]:
    return [position[0] / MILLION, position[1] / MILLION]
