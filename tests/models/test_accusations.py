"""What tells whether an office is accused where a text names it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.accusation_training import Example, train_accusations
from models.accusations import AccusationModel, Mention, features, load_accusations, save_accusations
from models.errors import ModelDamaged, ModelMissing
from models.saved import ARRAYS

OFFICE = "县纪委"
WRONGS = ("把腊肉提走了", "收了两条烟", "在支书家里打牌", "叫我把信撤了", "跟老板分钱", "要了一头羊")
DUTIES = ("来问过我", "查了账本", "打来电话核对", "请派人来看", "做了笔录", "给我回了信")


def mention(text: str, office: str = OFFICE) -> Mention:
    start = text.index(office)
    return Mention(text, start, start + len(office))


@pytest.fixture(scope="module")
def model() -> AccusationModel:
    told = [(f"{OFFICE}的人{what},{more}。", accused) for accused, what, more in _scenes()]
    examples = [Example(mention(text), accused, f"writer {place % 5}") for place, (text, accused) in enumerate(told)]
    everyday = [
        Example(mention(f"{more},我写信给{OFFICE}。"), False, f"reports {place % 5}", everyday=True)
        for place, (_, _, more) in enumerate(_scenes())
    ]
    return train_accusations([*examples, *everyday], {"letters": "of this test"})


def _scenes() -> list[tuple[bool, str, str]]:
    more = ("村里都晓得", "我亲眼看见", "那天下着雨", "我婆婆也在", "去年的事了", "我说的是真话", "请您过问")
    return [
        (accused, what, said) for accused, acts in ((True, WRONGS), (False, DUTIES)) for what in acts for said in more
    ]


def test_what_is_told_of_the_office_s_people_accuses_it(model: AccusationModel) -> None:
    wrong, duty = mention("那天县纪委的人把羊腿提走了。"), mention("那天县纪委的人来做过笔录。")
    assert model.probability(wrong) > 0.5 > model.probability(duty)
    assert model.accuses(*wrong)
    assert not model.accuses(*duty)


def test_the_manifest_tells_what_was_found_of_letters_that_were_held_out(model: AccusationModel) -> None:
    assert model.about["letters"] == "of this test"
    assert model.about["marked"] == 2 * model.about["everyday"] / 2 == 84
    assert model.about["recall"] > 0.9
    assert model.about["sealed_wrongly"] <= 0.03


def test_a_saved_model_says_the_same(model: AccusationModel, tmp_path: Path) -> None:
    save_accusations(model, tmp_path)
    found = load_accusations(tmp_path)
    assert found is not None
    one = mention("县纪委的人收了烟。")
    assert found.probability(one) == model.probability(one)
    assert (found.threshold, found.about) == (model.threshold, model.about)


def test_one_that_was_changed_or_is_not_there_is_not_used(model: AccusationModel, tmp_path: Path) -> None:
    with pytest.raises(ModelMissing):
        load_accusations(tmp_path / "none")
    save_accusations(model, tmp_path)
    (tmp_path / ARRAYS).write_bytes(b"other arrays")
    with pytest.raises(ModelDamaged):
        load_accusations(tmp_path)


@given(st.text(min_size=1, max_size=80), st.data())
def test_the_features_of_any_mention_have_one_length_and_stand_in_the_table(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    slots, values = features(Mention(text, start, end))
    assert float(values @ values) == pytest.approx(100.0, rel=1e-3)
    assert (slots >= 0).all()
    again = features(Mention(text, start, end))
    assert np.array_equal(slots, again[0])
    assert np.array_equal(values, again[1])
