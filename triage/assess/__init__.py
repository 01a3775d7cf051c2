"""Assessing: a text goes in, an ``Assessment`` with its reasons comes out; no database, no network, no clock.

A spaCy ``Language`` with our registered components does the work: tokeniser, language, entities, categories, risk.
``readings`` gives training the very readings that assessing uses, ``drafts`` what names are learned from.
"""

from triage.assess.assessor import Assessor, blank_pipeline, drafts, full_pipeline, marked, readings

__all__ = ["Assessor", "blank_pipeline", "drafts", "full_pipeline", "marked", "readings"]
