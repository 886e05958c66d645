"""What refusals of the services say, one module for each field of work: code, then Indonesian and English."""

from typing import Final

from shared.runtime.sentences import feedback, intake, oversight, panels, scores, seats, training

INTAKE: Final = intake.SENTENCES
SERVICES: Final[dict[str, tuple[str, str]]] = {
    **intake.SENTENCES,
    **panels.SENTENCES,
    **scores.SENTENCES,
    **seats.SENTENCES,
    **training.SENTENCES,
    **feedback.SENTENCES,
    **oversight.SENTENCES,
}
