"""RFC 8785's own examples, and those published with it, as far as they lie in the subset; the rest is refused.

The subset has no fractions, no member names beyond ASCII, no text outside normal form C. Each example below is either
written byte for byte as the RFC writes it, or named with the reason why the log has no place for it.
"""

import json

import pytest

from portal.ledger import canonical
from portal.ledger.canonical import NotCanonical

WRITTEN = {
    "3.2.2 literals": ('{"literals": [null, true, false]}', '{"literals":[null,true,false]}'),
    "3.2.2 string": (
        r'{"string": "\u20ac$\u000F\u000aA\u0027\u0042\u0022\u005c\\\"\/"}',
        '{"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    ),
    "3.2.2.2 every control character": (
        r'"\u0000\u0001\u0007\u0008\u0009\u000a\u000b\u000c\u000d\u000e\u001f\u007f"',
        '"\\u0000\\u0001\\u0007\\b\\t\\n\\u000b\\f\\r\\u000e\\u001f\x7f"',
    ),
    "3.2.3 sorting, its ASCII names": (
        r'{"\r": "Carriage Return", "1": "One", "</script>": "Script", "a": 1, "B": 2, "": 3}',
        '{"":3,"\\r":"Carriage Return","1":"One","</script>":"Script","B":2,"a":1}',
    ),
    "arrays": (
        '[\n  56,\n  {\n    "d": true,\n    "10": null,\n    "1": [ ]\n  }\n]',
        '[56,{"1":[],"10":null,"d":true}]',
    ),
    "structures": (
        '{"1": {"f": {"f": "hi","F": 5} ,"\\n": 56}, "10": { }, "": "empty", "a": { },'
        ' "111": [ {"e": "yes","E": "no" } ], "A": { }}',
        '{"":"empty","1":{"\\n":56,"f":{"F":5,"f":"hi"}},"10":{},"111":[{"E":"no","e":"yes"}],"A":{},"a":{}}',
    ),
    "values beyond the basic plane": (r'["\ud83d\ude02", "\u00f6", "\u0080"]', '["\U0001f602","ö","\x80"]'),
    "B integers": (
        "[0, -0, 9007199254740991, -9007199254740991, 1, -1, 333333333]",
        "[0,0,9007199254740991,-9007199254740991,1,-1,333333333]",
    ),
}
OUTSIDE = {
    "3.2.3 sorting by names beyond ASCII": r'{"\u20ac": 1}',
    "3.2.3 sorting, Hebrew": r'{"\ufb33": 1}',
    "french": '{"péché": "x"}',
    "unicode, text that is not normalised": r'{"Unnormalized Unicode": "A\u030a"}',
    "numbers, a fraction": "[333333333.33333329]",
    "numbers, an exponent": "[1E30]",
    "numbers, small": "[4.50]",
    "numbers, tiny": "[0.000000000000000000000000001]",
    "B, beyond what doubles hold exactly": "[9007199254740992]",
    "3.2.2.2 a lone surrogate": r'["\udead"]',
}


@pytest.mark.parametrize("name", WRITTEN)
def test_it_is_written_as_the_rfc_writes_it(name: str) -> None:
    given, expected = WRITTEN[name]
    data = canonical.render(json.loads(given))
    assert data == expected.encode()
    assert canonical.parse(data) == json.loads(given)


@pytest.mark.parametrize("name", WRITTEN)
def test_as_given_it_is_not_canonical(name: str) -> None:
    with pytest.raises(NotCanonical):
        canonical.parse(WRITTEN[name][0].encode())


@pytest.mark.parametrize("name", OUTSIDE)
def test_what_is_outside_the_subset_is_neither_written_nor_read(name: str) -> None:
    with pytest.raises(NotCanonical):
        canonical.render(json.loads(OUTSIDE[name]))
    spelt = json.dumps(json.loads(OUTSIDE[name]), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    with pytest.raises(NotCanonical):
        canonical.parse(spelt.encode("utf-8", "surrogatepass"))


def test_the_example_in_bytes() -> None:
    """Section 3.2.4: the UTF-8 of the example, without its member `numbers`."""
    given = r'{"string": "\u20ac$\u000F\u000aA\u0027\u0042\u0022\u005c\\\"\/", "literals": [null, true, false]}'
    expected = bytes.fromhex(
        "7b 22 6c 69 74 65 72 61 6c 73 22 3a 5b 6e 75 6c 6c 2c 74 72 75 65 2c 66 61 6c 73 65 5d 2c"
        "22 73 74 72 69 6e 67 22 3a 22 e2 82 ac 24 5c 75 30 30 30 66 5c 6e 41 27 42 5c 22 5c 5c 5c 5c 5c 22 2f 22 7d"
    )
    assert canonical.render(json.loads(given)) == expected
