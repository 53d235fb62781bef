"""`python -m portal.ledger.verify`: begins the command, and says "not sound" of nothing but the log.

Python ends with 1 where a program fails, and 1 means "not sound" here: what fails in this program, or is missing for
it, is 2, "could not tell".
"""

import gc
import sys
import traceback

COULD_NOT_TELL = 2
CYCLES = 200_000, 20, 100
"""When to look for cycles among millions of small tuples without any: a tenth of the time goes into looking."""

try:
    from portal.ledger.verify.command import main
except (ImportError, SyntaxError) as error:
    sys.stderr.write(f"Could not tell: {error}. It needs Python 3.11 or newer and the package cryptography.\n")
    sys.exit(COULD_NOT_TELL)

if __name__ == "__main__":
    gc.set_threshold(*CYCLES)
    try:
        sys.exit(main(sys.argv[1:]))
    except Exception:  # noqa: BLE001
        traceback.print_exc()
        sys.stderr.write("Could not tell: this program failed.\n")
        sys.exit(COULD_NOT_TELL)
