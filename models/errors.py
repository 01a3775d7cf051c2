"""Errors of the estimators. ``triage`` turns them into its own, because this floor knows nothing above it.

::

    ModelError
    ├── ModelMissing      no trained model where one was looked for
    ├── ModelDamaged      a file is not the one that was saved
    └── ModelUnsuitable   data or files that this code cannot work with
"""

from __future__ import annotations


class ModelError(Exception):
    """Root of the errors of ``models``; ``str()`` of it holds no report text."""


class ModelMissing(ModelError):
    """No trained model where one was looked for."""


class ModelDamaged(ModelError):
    """A model file is absent, cut or changed since it was saved."""


class ModelUnsuitable(ModelError):
    """Data too small or oddly shaped to learn from, or files that another version wrote."""
