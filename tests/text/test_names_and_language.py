"""Names stand out by their neighbours; a language is told by its script."""

from __future__ import annotations

import pytest

from triage.model import Language
from triage.text.language import language
from triage.text.names import find_names
from triage.text.segment import default_segmenter


@pytest.mark.parametrize(
    ("sentence", "names"),
    [
        ("我去找王书记，他不在", ["王书记"]),
        ("村支书王德海说了算", ["王德海"]),
        ("我叫陈光菊，今年不走了", ["陈光菊"]),
        ("钱是张某某领的", ["张某某"]),
        ("李家老二修了楼", ["李家老二"]),
        ("，老李都不敢说", ["老李"]),
        ("给了欧阳书记", ["欧阳书记"]),
        ("Then Mr Wang and Zhang Jianguo of Wang Village came", ["Mr Wang", "Zhang Jianguo"]),
        ("老师和老板都说好", []),
        ("这是我们村的事", []),
    ],
)
def test_names_are_told_by_their_neighbours(sentence: str, names: list[str]) -> None:
    spans = find_names(sentence, default_segmenter().tokens(sentence))
    assert [sentence[start:end] for start, end in spans] == names


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("村书记把钱拿走了", Language.ZH),
        ("村書記把扶貧款拿走了，鄉裡沒人管", Language.ZH_HANT),
        ("The village head kept the money that was meant for us.", Language.EN),
        ("我们村的 village head Mr Wang said that he would give us the money 但是没给，我们都没拿到", Language.MIXED),
        ("Bonjour monsieur", Language.OTHER),
        ("ཁྱིམ་གསར་པ་མི་འདུག", Language.OTHER),
        ("ئۇيغۇرچە خەت", Language.OTHER),
        ("Монгол хэл", Language.OTHER),
        ("ꆈꌠꉙ", Language.OTHER),
        ("これはひらがなです", Language.OTHER),
        ("😀😀", Language.OTHER),
        ("12345！", Language.OTHER),
        ("", Language.OTHER),
        ("我要举报，电话 phone 打不通", Language.ZH),
    ],
)
def test_the_script_tells_the_language(text: str, expected: Language) -> None:
    assert language(text) is expected
