"""Names learned from marked reports: what is taught is found in new texts, and without teaching the rules decide."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import spacy
from ahocorasick_rs import BytesAhoCorasick

from corpora.reports import LabelledReport
from models.readers import load as load_reader
from models.readers import save
from models.registry import Registry
from models.spans import Scorer, SpanModel
from triage.assess import Assessor, blank_pipeline, full_pipeline
from triage.assess.findings import findings_of
from triage.learning import load
from triage.learning.names import learn_names
from triage.model import EntityKind, Role
from triage.policy import load_policy

FileOf = Callable[[Iterable[dict[str, Any]]], Path]
SURNAMES, GIVEN = "柳闵蔺景邢郝翟裴靳阎", "建国德福秀英长林占魁玉珍"


@pytest.fixture(scope="module")
def marked() -> list[dict[str, Any]]:
    """Letters in which the brigade's 管水员 is accused and whoever is told as 隔壁 has lost something."""
    chance = random.Random(5)
    rows = []
    for place in range(160):
        bad, poor = (chance.choice(SURNAMES) + "".join(chance.sample(GIVEN, 2)) for _ in range(2))
        village = "".join(chance.sample("柳石河马杨水岭", 2)) + "村"
        rows.append(
            {
                "text": f"我们{village}的管水员{bad}把钱拿走了。隔壁{poor}的低保没有了，没有人管。",
                "received": "2018-05-12",
                "voice": f"v{place}",
                "entities": {
                    "person": [{"text": bad, "role": "accused"}, {"text": poor, "role": "victim"}],
                    "place": [{"text": village}],
                },
            }
        )
    return rows


@pytest.fixture(scope="module")
def learned(marked: list[dict[str, Any]], tmp_path_factory: pytest.TempPathFactory) -> SpanModel:
    path = tmp_path_factory.mktemp("marked") / "marked.jsonl"
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in marked), encoding="utf-8")
    made = learn_names(load([path]))
    assert made is not None
    return made


@pytest.fixture(scope="module")
def priced(tmp_path_factory: pytest.TempPathFactory) -> SpanModel:
    """Letters in which a number behind 一趟 is a price, that behind 来了 counts visitors, and 新路补 is a programme."""
    chance = random.Random(6)
    rows = []
    for place in range(160):
        price, guests = (f"{chance.choice('二三四五六七')}十{chance.choice('二三四五六七八')}" for _ in range(2))
        town = "".join(chance.sample("柳石河马杨水岭", 2)) + "村"
        rows.append(
            {
                "text": f"{town}进城包车一趟{price}，那天来了{guests}，柑橘补贴没有，橘园改造也没有。村支书去年说县财政局不管。",
                "received": "2018-05-12",
                "voice": f"v{place}",
                "entities": {
                    "place": [{"text": town}],
                    "amount": [{"text": price}] if price != guests else [],
                    "programme": [{"text": "柑橘补贴"}],
                    "position": [{"text": "村支书"}],
                    "organisation": [{"text": "县财政局"}],
                    "period": [{"text": "去年", "from": "2017-01", "to": "2017-12"}],
                },
            }
        )
    path = tmp_path_factory.mktemp("priced") / "priced.jsonl"
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    made = learn_names(load([path]))
    assert made is not None
    return made


def _found(text: str, names: SpanModel | None) -> dict[str, Role | None]:
    nlp = blank_pipeline(names)
    return {
        entity.text: entity.role
        for entity in findings_of(nlp(text)).entities
        if entity.kind in (EntityKind.PERSON, EntityKind.PLACE)
    }


def test_a_name_after_a_word_that_no_list_holds_is_learned_with_its_part(learned: SpanModel) -> None:
    found = _found("我们马岭村的管水员翟占林把钱拿走了。隔壁景玉德的低保没有了，没有人管。", learned)
    assert found == {"马岭村": None, "翟占林": Role.ACCUSED, "景玉德": Role.VICTIM}


@pytest.fixture(scope="module")
def behind_posts(tmp_path_factory: pytest.TempPathFactory) -> SpanModel:
    """Letters whose village heads bear surnames of no list and names of other peoples; behind the accountant stands none."""
    chance = random.Random(7)
    rows = []
    for place in range(200):
        head = chance.choice(
            [
                chance.choice("锡铠矿帆雾") + "".join(chance.sample(GIVEN, 2)),
                "".join(chance.sample("森甫努提艾玉", 3)),
                "".join(chance.sample("森甫努提艾玉", 2)) + "·" + "".join(chance.sample("玉素甫提艾", 3)),
            ]
        )
        rows.append(
            {
                "text": f"村主任{head}把羊分给亲戚。村会计那天在场。送东西的是一个姓{chance.choice(SURNAMES)}的。",
                "received": "2018-05-12",
                "voice": f"v{place}",
                "entities": {
                    "person": [{"text": head, "role": "accused"}],
                    "position": [{"text": "村主任"}, {"text": "村会计"}],
                },
            }
        )
    path = tmp_path_factory.mktemp("posts") / "posts.jsonl"
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    made = learn_names(load([path]))
    assert made is not None
    return made


@pytest.mark.parametrize("head", ["雾建国", "森努甫", "努森·甫玉提", "帆福秀"])
def test_a_name_behind_a_post_is_learned_whatever_it_begins_with(behind_posts: SpanModel, head: str) -> None:
    text = f"村主任{head}把羊分给亲戚。村会计那天在场。"
    assert _found(text, behind_posts) == {head: Role.ACCUSED}
    assert head not in _found(text, None)


def test_reports_without_marks_teach_nothing(marked: list[dict[str, Any]], file_of: FileOf) -> None:
    bare = [{name: value for name, value in row.items() if name != "entities"} for row in marked]
    assert learn_names(load([file_of(bare)])) is None
    assert learn_names(load([file_of(marked[:2])])) is None


def test_english_reports_teach_nothing_and_are_left_to_the_rules(file_of: FileOf, learned: SpanModel) -> None:
    text = "The village head Wang Dehai took 3,000 yuan from us."
    rows = [{"text": text, "entities": {"person": [{"text": "Wang Dehai"}]}}] * 20
    assert learn_names(load([file_of(rows)])) is None
    assert _found(text, learned) == _found(text, None)


def test_entities_stay_apart_in_order_and_the_same_alone_and_in_a_batch(
    learned: SpanModel, marked: list[dict[str, Any]]
) -> None:
    nlp = blank_pipeline(learned)
    texts = [row["text"] for row in marked[:70]] + ["", "。", "老王", "姓"]
    for text, doc in zip(texts, nlp.pipe(texts), strict=True):
        entities = findings_of(doc).entities
        assert all(before.end <= after.start for before, after in pairwise(entities))
        assert entities == findings_of(nlp(text)).entities


def test_a_saved_reader_keeps_what_was_learned_of_names(learned: SpanModel, small_models: Path, tmp_path: Path) -> None:
    registry = Registry(small_models)
    reader = replace(load_reader(registry.path(str(registry.current()))), spans=learned)
    save(reader, tmp_path / "reader")
    text = "管水员翟占林把钱拿走了。"
    expected = full_pipeline(reader, load_policy(None))
    assert Assessor.load(tmp_path / "reader").assess(text, received=date(2018, 5, 12)) == Assessor(expected).assess(
        text, received=date(2018, 5, 12)
    )
    expected.to_disk(tmp_path / "pipeline")
    again = spacy.load(tmp_path / "pipeline")
    assert findings_of(again(text)).entities == findings_of(expected(text)).entities


def test_a_reader_without_names_goes_by_the_rules(small_models: Path, tmp_path: Path) -> None:
    registry = Registry(small_models)
    reader = replace(load_reader(registry.path(str(registry.current()))), spans=None)
    save(reader, tmp_path / "reader")
    assert load_reader(tmp_path / "reader").spans is None
    full_pipeline(reader, load_policy(None)).to_disk(tmp_path / "pipeline")
    again = spacy.load(tmp_path / "pipeline")
    assert "王德海" in [entity.text for entity in findings_of(again("村支书王德海扣了三万元")).entities]


def test_no_learned_name_stands_in_the_saved_files(
    learned: SpanModel, small_models: Path, tmp_path: Path, marked: list[dict[str, Any]]
) -> None:
    registry = Registry(small_models)
    save(replace(load_reader(registry.path(str(registry.current()))), spans=learned), tmp_path)
    content = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    names = {mark["text"] for row in marked for mark in row["entities"]["person"]}
    forms = [name.encode(form) for name in sorted(names) for form in ("utf-8", "utf-16-le", "utf-32-le")]
    told = BytesAhoCorasick(forms)
    assert told.find_matches_as_indexes(b"..." + forms[-1], overlapping=True), "a name would be found"
    assert told.find_matches_as_indexes(content, overlapping=True) == []


def test_the_packaged_reports_teach_more_than_the_rules_know() -> None:
    rows = load()
    # From all over the other half: neighbours are of one writer, and the English ones are of a kind by themselves
    taught, asked = rows[: len(rows) // 2 : 5], [row for row in rows[len(rows) // 2 :] if row.entities][::18]
    names = learn_names(taught)
    assert names is not None
    assert _f1(asked, names) > _f1(asked, None) + 0.02


def _f1(rows: list[LabelledReport], names: SpanModel | None) -> float:
    """How well the marked persons are found, by their exact strings."""
    nlp, right, told_or_marked = blank_pipeline(names), 0, 0
    for row, doc in zip(rows, nlp.pipe([row.text for row in rows]), strict=True):
        told = {entity.text for entity in findings_of(doc).entities if entity.kind is EntityKind.PERSON}
        marked = {mark.text for mark in row.entities or () if mark.kind == "person"}
        right, told_or_marked = right + len(told & marked), told_or_marked + len(told) + len(marked)
    return 2 * right / told_or_marked


def test_what_a_number_or_a_programme_is_told_by_is_learned_where_the_rules_leave_it_open(priced: SpanModel) -> None:
    text = "水马村进城包车一趟六十三，那天来了四十五，柑橘补贴没有，橘园改造也没有。"
    found = {e.text: e.kind for e in findings_of(blank_pipeline(priced)(text)).entities}
    assert found == {"水马村": EntityKind.PLACE, "六十三": EntityKind.AMOUNT, "柑橘补贴": EntityKind.PROGRAMME}
    by_rules = {e.text for e in findings_of(blank_pipeline(replace(priced, things=None))(text)).entities}
    assert "六十三" not in by_rules
    assert "柑橘补贴" not in by_rules


def test_reports_that_mark_no_person_leave_the_parts_of_persons_to_the_rules(priced: SpanModel) -> None:
    found = _found("水马村会计翟占林把钱拿走了。", replace(priced, persons=_all_names(priced)))
    assert found["翟占林"] is Role.ACCUSED


def _all_names(model: SpanModel) -> Scorer:
    """A scorer that takes every candidate for a name."""
    return replace(model.persons, bias=np.full(1, 9.0))


def test_reports_that_mark_persons_and_places_alone_leave_all_else_to_the_rules(learned: SpanModel) -> None:
    assert learned.things is None
    text = "石河村的管水员翟占林在2016年5月收了五百元，县财政局不管。"
    found = {e.text: e.kind for e in findings_of(blank_pipeline(learned)(text)).entities}
    assert found["五百元"] is EntityKind.AMOUNT
    assert found["2016年5月"] is EntityKind.PERIOD
    assert found["县财政局"] is EntityKind.ORGANISATION


def test_a_post_that_the_rules_found_stays_whatever_was_learned(priced: SpanModel) -> None:
    assert priced.things is not None
    no = replace(priced.things, bias=np.full(1, -99.0))
    text = "县纪委书记翟占林拿了五百元。"
    found = {e.text: e.kind for e in findings_of(blank_pipeline(replace(priced, things=no))(text)).entities}
    assert found["县纪委书记"] is EntityKind.POSITION
    assert "五百元" not in found


def test_named_bodies_of_every_kind_are_learned_with_the_place_that_they_begin_with(
    file_of: FileOf,
) -> None:
    """Schools, firms and courts stand in no list: what ends like a body is one where its name is one."""
    chance = random.Random(7)
    rows = []
    for number in range(160):
        pit, inn = ("".join(chance.sample("兴鑫盛隆恒泰昌达", 2)) for _ in range(2))
        county = f"{chance.choice('ABCDEFGH')}{number % 9 + 1}县"
        rows.append(
            {
                "text": f"石桥村村民：{county}{pit}采石场炸坏了房子，{county}人民法院判了也不执行。我们那里的采石场都没有证，去年{inn}酒店罚了三万元，村支书不管低保。",
                "received": "2018-05-12",
                "voice": f"v{number}",
                "entities": {
                    "place": [{"text": "石桥村"}],
                    "organisation": [
                        {"text": f"{county}{pit}采石场"},
                        {"text": f"{county}人民法院"},
                        {"text": f"{inn}酒店"},
                    ],
                    "amount": [{"text": "三万元"}],
                    "programme": [{"text": "低保"}],
                    "position": [{"text": "村支书"}],
                    "period": [{"text": "去年", "from": "2017-01", "to": "2017-12"}],
                },
            }
        )
    names = learn_names(load([file_of(rows)]))
    found = findings_of(
        blank_pipeline(names)(
            "石桥村村民：K3县宏远采石场炸坏了房子，K3县人民法院判了也不执行。我们那里的采石场都没有证。"
        )
    ).entities
    assert [one.text for one in found if one.kind is EntityKind.ORGANISATION] == ["k3县宏远采石场", "k3县人民法院"]
