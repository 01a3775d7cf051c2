"""Learning: labelled reports go in, a registered model or figures of quality come out.

``ensure_model`` is what a first start calls, ``train`` and ``evaluate`` are what the commands of the same names call,
``train_accurate_model`` makes the accurate reader with an encoder that ``fetch_encoder`` brings, ``train_tuned_model`` with one
that is fine-tuned, in the folder that ``tuning_of`` opens,
``evaluate_held_back`` trains on a part, scores the rest and measures peers beside it. Progress is told through a
callback ``(what, done, all)``. ``links_in`` is the model that judges pairs of reports, beside a saved reader; ``renew_links`` learns it.
"""

from triage.learning.accurate import train_accurate_model
from triage.learning.corpus import load
from triage.learning.evaluating import evaluate, evaluate_rows
from triage.learning.fetching import FLOAT_ARTEFACT, fetch_encoder
from triage.learning.fine_tuning import Tuning, train_tuned_model, tuning_of
from triage.learning.held_back import evaluate_held_back
from triage.learning.linking import links_in, renew_links
from triage.learning.training import ensure_model, is_stale, recipe, register, train, train_model

__all__ = [
    "FLOAT_ARTEFACT",
    "Tuning",
    "ensure_model",
    "evaluate",
    "evaluate_held_back",
    "evaluate_rows",
    "fetch_encoder",
    "is_stale",
    "links_in",
    "load",
    "recipe",
    "register",
    "renew_links",
    "train",
    "train_accurate_model",
    "train_model",
    "train_tuned_model",
    "tuning_of",
]
