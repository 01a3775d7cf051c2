"""Reasons of a judgement in words, rendered when somebody reads them; the ledger keeps codes and numbers of entities.

In: a judgement and the entities of both reports as the reader may see them; out: sentences in Chinese and English, with
the mentions themselves (同村 · same village: 古浪县黄羊移民点 / 黄羊移民点).
"""

from __future__ import annotations

from collections.abc import Sequence

from triage.cases.compared import Reason
from triage.model import Entity, Judgement

_WORDS = {
    "copy": ("几乎相同的文字", "almost the same text"),
    "same_name": ("同一姓名", "same name"),
    "same_sound": ("同音姓名", "names that sound alike"),
    "covered_name": ("除隐去的字外姓名相同", "same name but for what is left out of it"),
    "same_post": ("姓氏和职务相同", "same surname and post"),
    "same_surname": ("姓氏相同", "same surname"),
    "name_in_text": ("另一件也提到此人", "the other names this person too"),
    "surname_in_text": ("另一件也提到此姓的干部", "the other names an official of this surname"),
    "other_accused": ("被反映人不同", "other people accused"),
    "other_given_name": ("同姓不同名", "same surname, other given name"),
    "other_official": ("同一职务，姓氏不同", "same post, other surname"),
    "same_village": ("同村", "same village"),
    "same_town": ("同乡镇", "same township"),
    "village_in_text": ("另一件也提到此村", "the other names this village too"),
    "other_village": ("村不同", "other village"),
    "denied": ("来件说明不是同一地", "a text says that it means another place"),
    "same_county": ("同县", "same county"),
    "county_in_text": ("另一件也提到此县", "the other names this county too"),
    "other_county": ("县不同", "other county"),
    "other_region": ("地区不同", "other part of the country"),
    "sum": ("金额相同", "same sum"),
    "same_count": ("数量相同", "same numbers"),
    "same_date": ("日期相同", "same date"),
    "same_year": ("年份相同", "same year"),
    "other_years": ("年份不同", "other years"),
    "same_programme": ("同一项目", "same programme"),
    "other_programme": ("项目不同", "other programme"),
    "contact": ("联系方式相同", "same contact"),
    "same_wrong": ("反映的问题同类", "both tell of the same kind of wrong"),
    "other_wrongs": ("反映的问题不同类", "they tell of other kinds of wrong"),
    "quotes_receipt": ("来件写有另一件的回执编号", "one tells the receipt of the other"),
    "adds_to": ("来件是凭另一件的回执补充的", "one was added to the other with its receipt"),
    "same_sender": ("署名相同", "signed with the same name"),
    "apart": ("所指不同，不经他件合并", "points to others: not joined over a third report either"),
    "other_home": (
        "各自先说的村不同，不自动合并",
        "they tell of different villages first: not joined without a person",
    ),
    "words_alone": (
        "相同的可能只是写信人的用语，不自动合并",
        "they may share no more than their writer's words: not joined without a person",
    ),
    "disclaims": (
        "来件说明所说的是另一件事，不自动合并",
        "a text says that it means another matter: not joined without a person",
    ),
    "short": ("文字太短，不自动合并", "too short to join without a person"),
    "old": ("相隔太久，不自动合并", "too far apart in time to join without a person"),
}


CONFLICTS = frozenset(
    {
        "other_accused", "other_given_name", "other_official", "other_village", "denied", "other_county", "other_region",
        "other_years", "other_programme", "other_wrongs", "apart",
    }
)  # fmt: skip
"""Codes of facts that speak against one matter."""


def words_of(code: str) -> tuple[str, str] | None:
    """A code in Chinese and English; None for one that this version does not know."""
    return _WORDS.get(code)


def told(line: Judgement, one: Sequence[Entity] = (), other: Sequence[Entity] = ()) -> tuple[str, ...]:
    """The reasons of a judgement; ``one`` and ``other`` are the entities of its two reports.

    A mention that is not there any more, because the report was read anew, is left out, and so is a code that this
    version does not know.
    """
    sentences = []
    for reason in map(Reason.read, line.features):
        if reason.code in _WORDS:
            mentions = [
                entities[place].text
                for entities, place in ((one, reason.one), (other, reason.other))
                if 0 <= place < len(entities)
            ]
            words = " · ".join(_WORDS[reason.code])
            sentences.append(f"{words}: {' / '.join(dict.fromkeys(mentions))}" if mentions else words)
    return tuple(sentences)
