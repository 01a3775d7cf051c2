"""A language is told by its script."""

from __future__ import annotations

import pytest

from triage.model import Language
from triage.text.language import language


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
