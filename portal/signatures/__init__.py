"""Electronic signatures of papers: who signs and with what key, how a PDF is signed, and what one in a PDF is worth.

Knows neither dossiers nor a database. Whatever parses a PDF (`preparing`, `reading`) is made to run in the file
worker's child; whatever holds a key (`signing`, `roll`) never sees more of a PDF than its digest.
"""

import logging

for _talkative in ("pyhanko", "pyhanko_certvalidator"):  # they write down whose certificate they look at
    logging.getLogger(_talkative).setLevel(logging.CRITICAL + 1)
