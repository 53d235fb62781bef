"""The look-up secret printed on the receipt: with the reference it shows how a dossier stands, without sign-in.

Ten letters of Crockford's alphabet (no I, L, O, U) in two groups, 50 bits: `7KQ2M-0XH4R`. It is derived from the
dossier's own 32-byte secret (HKDF-SHA256, info "hai-dang/look-up/v1"), so that the receipt can be printed again
for its owner while the database holds only a keyed digest to compare with; it dies with that secret.
The last four characters of the applicant's own number serve the same purpose, for people without the receipt.
"""

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from portal import sealing

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 10
DIGITS = 4
LONGEST = 60
LOOKS_LIKE = str.maketrans({"O": "0", "I": "1", "L": "1", "U": "V"})


def derive(secret: bytes) -> str:
    """The ten letters of this dossier secret, in groups."""
    stream = HKDF(algorithm=SHA256(), length=LENGTH, salt=None, info=b"hai-dang/look-up/v1").derive(secret)
    letters = "".join(ALPHABET[byte & 31] for byte in stream)
    return f"{letters[:5]}-{letters[5:]}"


def tidy(proof: str) -> str:
    """What a person typed, without blanks and hyphens, in capitals; empty where too long to be either proof."""
    if len(proof) > LONGEST:
        return ""
    return "".join(c for c in proof.upper() if c.isalnum())


def last_digits(number: str | None) -> str | None:
    """What a person is asked for: the last four characters of their number."""
    plain = tidy(number or "")
    return plain[-DIGITS:] if len(plain) >= 2 * DIGITS else None


def secret_digest(reference: str, proof: str) -> bytes:
    """What rests in the database for the secret, and what a typed proof is compared by."""
    return sealing.blind_index("look_up", f"{reference}\0{tidy(proof).translate(LOOKS_LIKE)}")


def digits_digest(reference: str, proof: str) -> bytes:
    return sealing.blind_index("look_up_digits", f"{reference}\0{tidy(proof)}")
