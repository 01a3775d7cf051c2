"""What every step may use on a text. In: a text as received; out: spans, terms and values, all by character offset.

normalise (one form for every spelling, with offsets back), segment (words), terms (keyed terms), money, dates,
contacts, language, masking. Everything here is pure: nothing is read but the tables packaged with ``corpora``.
"""

from triage.text.contacts import Contact, find_contacts
from triage.text.dates import SHANGHAI, Period, find_periods
from triage.text.language import language
from triage.text.masking import mask
from triage.text.money import Amount, find_amounts
from triage.text.normalise import Normalised, normalise
from triage.text.segment import Segmenter, Token, default_segmenter
from triage.text.terms import TermKeyer, bigrams, characters

__all__ = [
    "SHANGHAI",
    "Amount",
    "Contact",
    "Normalised",
    "Period",
    "Segmenter",
    "TermKeyer",
    "Token",
    "bigrams",
    "characters",
    "default_segmenter",
    "find_amounts",
    "find_contacts",
    "find_periods",
    "language",
    "mask",
    "normalise",
]
