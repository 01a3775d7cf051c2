"""What learns: in goes a batch of readings (text, words, marks), out come calibrated scores with exact reasons.

``CategoryModel.read`` scores readings; ``train`` makes a model from readings with targets; ``Registry`` keeps
trained models side by side. Reading needs NumPy only; scikit-learn is imported to train. ``AccurateModel`` answers
like it with the help of a pretrained encoder, which the extra ``accurate`` runs.
"""

from models.accurate import AccurateModel
from models.category import CategoryModel, Scores
from models.errors import ModelDamaged, ModelError, ModelMissing, ModelUnsuitable
from models.readers import Reader, load, save
from models.reading import Mark, Reading
from models.reasons import Explanation, SpanWeight
from models.registry import Registry

__all__ = [
    "AccurateModel",
    "CategoryModel",
    "Explanation",
    "Mark",
    "ModelDamaged",
    "ModelError",
    "ModelMissing",
    "ModelUnsuitable",
    "Reader",
    "Reading",
    "Registry",
    "Scores",
    "SpanWeight",
    "load",
    "save",
]
