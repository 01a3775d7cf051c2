"""Texts of two forms: beside the weights that all texts taught stand those that texts of one form alone taught.

A letter about a village's cadres and a message to a petition board tell one wrong in other words, and what is telling in
the one misleads in the other. A gate says from the same features how far a text is a board message; so far its weights
are those that such messages taught. For one text all of it stays a sum over features.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.calibration import sigmoid
from models.vocabulary import Vectors

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]

LENIENCE = 0.8
"""What thresholds are multiplied by where a text is wholly of the form.

The threshold of best F1 is half of that F1 (Lipton, Elkan and Naryanaswamy 2014). Thresholds are chosen on authored texts, which
are read at 0.82; real messages, after which those of the form were written, are read at some 0.65 and so want lower ones.
"""


def lenience(shares: Floats) -> Floats:
    """What each text multiplies thresholds by, those of flags too: what is read worse must be found all the same."""
    return 1.0 - (1.0 - LENIENCE) * shares


@dataclass(frozen=True, slots=True)
class FormWeights:
    """How far a text is of the other form, and what that changes.

    ``gate`` (an element for each feature) and ``gate_bias`` make the logit of that share. ``weights`` (features by labels)
    and ``bias`` are what comes to the weights and the bias of all texts where the share is one.
    """

    gate: Singles
    gate_bias: float
    weights: Singles
    bias: Floats

    def shares(self, vectors: Vectors, count: int) -> Floats:
        """How far each text of a batch of ``count`` is of the form, from 0 to 1."""
        said = np.bincount(
            vectors.document, weights=vectors.value * self.gate.take(vectors.row).astype(np.float64), minlength=count
        )
        return sigmoid(np.asarray(said, np.float64) + self.gate_bias)

    def turn(self, vectors: Vectors, shares: Floats) -> Floats:
        """What comes to the first logits of texts with these shares; texts by labels."""
        turned: Floats = shares[:, None] * (vectors.product(self.weights, len(shares)) + self.bias)
        return turned
