from translations.models.glossary import GlossaryTerm, GlossaryText
from translations.models.jobs import DeskJob
from translations.models.memory import MemoryStem, MemoryUnit
from translations.models.questions import Question
from translations.models.roles import LanguageRole
from translations.models.states import TranslationState, TranslationWish

__all__ = [
    "DeskJob",
    "GlossaryTerm",
    "GlossaryText",
    "LanguageRole",
    "MemoryStem",
    "MemoryUnit",
    "Question",
    "TranslationState",
    "TranslationWish",
]
