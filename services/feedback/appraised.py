"""The digest of the rule that grades: the nine cells, the levels and the bounds that an evaluation was made under."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Final

from shared.rules import appraisal

RULE: Final = {
    "name": "appraisal-6-2022",
    "cells": {f"{results}+{behaviour}": grade for (results, behaviour), grade in appraisal.CELLS.items()},
    "levels": dict(appraisal.LEVELS),
    "behaviours": list(appraisal.BEHAVIOURS),
    "counted": appraisal.COUNTED,
}
PACK_DIGEST: Final = sha256(json.dumps(RULE, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
