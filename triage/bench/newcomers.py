"""A file of new reports that tell of what standing ones tell of: as many as there are, in the order of their numbers.

A report begins with what the ``World`` lets it tell of its affair (the village with its county, the official with post and
name, the programme, the sum, a number to call) in a sentence that the fast reader understands, and goes on with a text of
the generator. One in five tells of an affair that was told of before, two months earlier on average.
"""

from __future__ import annotations

import json
from pathlib import Path

from corpora.divisions import Divisions
from triage.bench.filling import id_of
from triage.bench.generator import Generator
from triage.bench.world import World
from triage.cases import Matter

_SEED = 4711
_FEN = 100


def write_newcomers(file: Path, world: World, first: int, count: int) -> None:
    """Writes the reports of a world from number ``first`` on, in the form that `triage import` takes.

    Their texts are none of those that standing reports have.
    """
    with file.open("w", encoding="utf-8") as lines:
        for number, invented in enumerate(Generator(_SEED).reports(count), start=first):
            matter = world.report(number, id_of(number))
            row = {
                "id": f"row-{number}",
                "text": f"{_told(matter)}{invented.text}",
                "channel": invented.channel.value,
                "received": matter.received.isoformat(),
                "place": matter.places[0].code if matter.places else "",
            }
            lines.write(json.dumps(row, ensure_ascii=False) + "\n")


def _told(matter: Matter) -> str:
    """The facts of a report in a sentence; nothing where it tells none."""
    divisions = Divisions.load()
    place = "".join(
        f"{''.join(step.name for step in divisions.path(one.code))}{one.village}村" for one in matter.places[:1]
    )
    people = "和".join(f"{''.join(person.titles[:1])}{person.name}" for person in matter.people)
    programme = "".join(matter.programmes)
    money = "".join(f"{told.fen // _FEN}元" for told in matter.sums)
    taken = f"{people}把{programme}{money}拿走了" if people else f"{programme}{money}没有发下来"
    contact = "".join(f"，我的电话{number}" for number in matter.contacts)
    facts = place + (taken if people or programme or money else "") + contact
    return f"{facts}。" if facts else ""
