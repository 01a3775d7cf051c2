"""Reviewing: people confirm, correct or reject what a model read, and are asked first where it may have missed something.

In go a reading, what a person says of it and the policy; out come labels that hold from then on, with the risk that
follows. Beside it stand the review set (which reports people are asked about, each drawn with a known probability) and
the figures of agreement that this allows. Nothing here reads or writes a store.
"""

from triage.review.agreement import Agreement, Rate, StratumFigures, agreement
from triage.review.decisions import Labels, Said, as_held, checked, held, holding, kept
from triage.review.sampling import STRATA, Sampler, Stratum

__all__ = [
    "STRATA",
    "Agreement",
    "Labels",
    "Rate",
    "Said",
    "Sampler",
    "Stratum",
    "StratumFigures",
    "agreement",
    "as_held",
    "checked",
    "held",
    "holding",
    "kept",
]
