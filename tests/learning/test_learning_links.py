"""What links are learned from: matters that somebody told apart, and letters of one writer."""

from __future__ import annotations

from corpora.reports import LabelledReport, is_counted
from triage.learning.linking import Seen, link_pairs, of_links


def test_letters_of_one_writer_teach_what_does_not_belong_together() -> None:
    letters = [LabelledReport("村路没修", id=f"w9-00{n}", voice="w9-a") for n in range(2)]
    assert of_links(letters) == letters


def test_reports_whose_words_were_counted_teach_only_by_their_cases() -> None:
    counted = LabelledReport("村路没修", id="w3-001", language="zh", voice="w3-a")
    of_a_case = LabelledReport("村路没修", id="w3-002", voice="w3-a", case="w3-c1")
    assert is_counted(counted)
    assert not is_counted(LabelledReport("村路没修", id="w12-001", language="zh"))
    assert is_counted(LabelledReport("no road", id="w12-002", language="en"))
    assert not is_counted(LabelledReport("no road", id="w29-001", language="en"))
    assert of_links([counted, of_a_case]) == [of_a_case]


def test_letters_of_which_nobody_looked_what_belongs_together_teach_nothing() -> None:
    letters = [LabelledReport("村路没修", id=f"w60-00{n}", voice="w60-a") for n in range(2)]
    assert of_links(letters) == []


def test_two_letters_of_one_case_that_share_nothing_teach_nothing() -> None:
    letters = [
        LabelledReport(text, id=f"w9-10{n}", voice=f"w9-{n}", case="w9-c1")
        for n, text in enumerate(
            ("柳林村吊桥的木板朽了二十三块，锚桩松动。", "柳林村吊桥锚桩又松动了两指。", "谢谢，办妥了。")
        )
    ]
    same = [{pair.one.id, pair.other.id} for pair in link_pairs(letters, [Seen()] * 3) if pair.same]
    assert {"00000000", "00000001"} in same
    assert not any("00000002" in pair for pair in same)


def test_links_are_learned_from_what_readers_made_of_a_text_before_they_had_learned_from_it() -> None:
    letters = [
        LabelledReport(
            f"柳林村吊桥的木板朽了{number}块，锚桩松动。", id=f"w9-10{number}", voice=f"w9-{number}", case="w9-c1"
        )
        for number in range(2)
    ]
    seen = [Seen(probabilities={"dereliction": 0.9}), Seen(probabilities={"embezzlement": 0.8, "bribery": 0.001})]
    (pair,) = [pair for pair in link_pairs(letters, seen) if pair.same and "again" not in (pair.one.id, pair.other.id)]
    assert pair.one.wrongs == (("embezzlement", 80),)
    assert pair.other.wrongs == (("dereliction", 90),)
