"""How texts in signed files are spelt: fragments of regular expressions that any language reads alike.

BASE64   standard alphabet, padded, unused bits zero (RFC 4648 section 4): one spelling for each run of bytes
HASH     BASE64 of 32 bytes
NAME     a key's name: printable ASCII without a space and without `+`
NUMBER   decimal without a leading zero, at most 16 digits; what is above 2^53 - 1 is refused by the reader
INSTANT  RFC 3339, UTC, whole seconds; whether a calendar has the day is for the reader to ask
"""

BASE64 = r"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}[AEIMQUYcgkosw048]=|[A-Za-z0-9+/][AQgw]==)?"
HASH = r"[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]="
NAME = r"[!-*,-~]+"
NUMBER = r"(?:0|[1-9][0-9]{0,15})"
INSTANT = r"[0-9]{4}-[0-9]{2}-[0-9]{2}T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z"
