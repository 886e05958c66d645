"""Why a rule cannot be read or applied.

RulesError (a ValueError)
+-- UnknownPack      no such rule pack
+-- BadPack          a pack's bytes are not canonical, or do not say what a pack must say
+-- UnknownKind      the pack knows no such kind of need (jenis kebutuhan), stage, agency kind or tie step
+-- UnknownCode      the pack knows no such official status
+-- BadMark          a mark that is no number, is out of range, is too fine, or belongs to no part
+-- MissingStage     a sum was asked for although a stage has no marks yet
+-- Contradiction    two stated orders contradict each other, or a stated reason contradicts the marks
"""


class RulesError(ValueError):
    """A rule cannot be read or applied; the message names what was given and what is known."""


class UnknownPack(RulesError):
    """No such rule pack."""


class BadPack(RulesError):
    """The bytes of a pack are not canonical, or do not say what a pack must say."""


class UnknownKind(RulesError):
    """The pack knows no such kind of need, stage, agency kind or tie step."""


class UnknownCode(RulesError):
    """The pack knows no such official status."""


class BadMark(RulesError):
    """A mark that is no number, is out of range, is too fine, or belongs to no part."""


class MissingStage(RulesError):
    """A sum was asked for although a stage has no marks yet."""


class Contradiction(RulesError):
    """Two stated orders contradict each other, or a stated reason contradicts the marks."""
