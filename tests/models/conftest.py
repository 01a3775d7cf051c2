"""A small world of two matters, school fees and roads, with a yes-or-no question beside them."""

from __future__ import annotations

import random
from collections.abc import Callable

import numpy as np
import pytest

from models.category import CategoryModel
from models.features import FeatureSpec
from models.reading import Mark, Reading
from models.training import TrainingSet, TrainingSpec, train

FEES = ("学校", "收费", "补课费", "老师", "孩子", "书本")
ROADS = ("公路", "坑洼", "修路", "卡车", "桥", "路灯")
FILLER = ("我们", "这里", "一直", "去年", "多次", "反映", "，", "。", "希望", "解决")


def _reading(words: list[str], marks: tuple[Mark, ...] = ()) -> Reading:
    return Reading("".join(words), words, marks)


@pytest.fixture(scope="session")
def reading() -> Callable[..., Reading]:
    return _reading


@pytest.fixture(scope="session")
def world() -> TrainingSet:
    chance = random.Random(7)
    readings, targets = [], []
    for place in range(120):
        fees, roads = place % 3 != 0, place % 3 != 1
        words = chance.choices(FILLER, k=12)
        words += chance.choices(FEES, k=5) if fees else []
        words += chance.choices(ROADS, k=5) if roads else []
        chance.shuffle(words)
        readings.append(_reading(words, (Mark("channel:web", 0, 0),)))
        targets.append([fees, roads, roads])
    return TrainingSet(
        readings, ("fees", "roads"), ("refer",), np.array(targets, dtype=np.int8), np.arange(120, dtype=np.int64)
    )


@pytest.fixture(scope="session")
def model(world: TrainingSet) -> CategoryModel:
    cues = (("fees", ("补课费", "收")), ("roads", ("坑洼",)))
    return train(world, TrainingSpec(features=(FeatureSpec(cues=cues, head=0.5),)), {"version": "small"})
