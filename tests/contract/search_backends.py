"""The backends that the search contract runs on, and reports to fill them with."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

from tests.packaged_reports import packaged_reports
from triage.model import Access, Channel, Level, StaffRole
from triage.search import EmbeddedIndex, IndexDocument, SearchIndex, SearchRequest, Terms
from triage.search.names import forms_of
from triage.search.nodes import AllOf, AnyOf, Filter, Named, Node, Not, Part, Range
from triage.summaries import Lacking
from triage.text.normalise import normalise
from triage.text.segment import default_segmenter
from triage.text.terms import TermKeyer

TERMS = Terms(TermKeyer(b"terms key of the tests"), default_segmenter())
Backend = Callable[[Path], SearchIndex]
EVERYWHERE = Access("tester", StaffRole.INVESTIGATOR, ("",))
SENTENCES = (
    "石桥村的低保名单从来没有公布过，问了会计也不说。",
    "村支书把危房改造款三万五扣下了，说是“辛苦费”！",
    "The village head took 3,500 yuan for the relocation house.",
    "我們村的低保戶都是幹部親戚，真正困難的沒有份",
    "①养羊补贴５０００元……至今未见\n请领导查一查㎡",
    "谢谢扶贫队，路修好了😀😀",
    "脱贫验收那天让我家借了邻居的米面摆在屋里",
    "Ｌｅｔｔｅｒ ｆｒｏｍ 柳林 (second page) ﬁnal",
)
CATEGORIES = ("embezzlement", "favoritism", "opaque_funds", "falsified_exit", "service_request")
ACCUSED = ("王建国", "单小明", "王书记", "Zhang Wei", "欧阳志强", "陈刚")
DIVISIONS = ("", "51", "513431", "513431103", "5134", "62", "621124", "522723001002")


def embedded(folder: Path) -> SearchIndex:
    """The embedded engine."""
    return EmbeddedIndex(folder, TERMS)


def documents(count: int, seed: int = 7) -> list[IndexDocument]:
    """Reports put together from sentences, with every filter's values spread over them."""
    drawn = random.Random(seed)
    start = datetime(2019, 9, 20, 3, 0, tzinfo=UTC)
    made = []
    for seq in range(1, count + 1):
        moment = start + timedelta(hours=drawn.randrange(2000))
        made.append(
            IndexDocument(
                id=f"r{seq:05d}",
                seq=seq,
                version=seq * 3,
                text="".join(drawn.sample(SENTENCES, drawn.randint(1, 3))) + str(drawn.randrange(1000)),
                received_at=moment,
                month=(moment + timedelta(hours=8)).strftime("%Y-%m"),
                channel=drawn.choice(list(Channel)),
                categories=tuple(drawn.sample(CATEGORIES, drawn.randint(0, 3))),
                division=drawn.choice(DIVISIONS),
                level=drawn.choice(list(Level)),
                score=round(drawn.random() * 20, 2),
                amount_fen=drawn.choice((0, 350_000, 3_500_000, 12)),
                party_keys=tuple(drawn.sample(("party-a", "party-b"), drawn.randint(0, 1))),
                case_id=drawn.choice((None, None, "case-1", "case-2", "case-3")),
                accused=tuple(drawn.sample(ACCUSED, drawn.randint(0, 2))),
                lacks=tuple(Lacking)[seq % 5 : seq % 5 + seq % 3],
            )
        )
    return made


def authored(count: int, seed: int = 5) -> list[IndexDocument]:
    """Authored reports with what their labels tell, risk drawn by chance; many of them share a case."""
    drawn = random.Random(seed)
    rows = [row for row in packaged_reports() if row.entities is not None and row.received is not None]
    chosen = drawn.sample(rows, count // 2) + [row for row in rows if row.case is not None][: count - count // 2]
    made = []
    for seq, row in enumerate(chosen, start=1):
        moment = datetime.combine(row.received or datetime.now(UTC).date(), time(drawn.randrange(24)), UTC)
        entities = row.entities or ()
        amounts = [round((one.yuan or 0) * 100) for one in entities if one.kind == "amount"]
        places = [one.code for one in entities if one.kind == "place" and one.code]
        accused = {one.text for one in entities if one.kind == "person" and one.role == "accused"}
        made.append(
            IndexDocument(
                id=f"a{seq:05d}",
                seq=seq,
                version=seq,
                text=row.text,
                received_at=moment,
                month=(moment + timedelta(hours=8)).strftime("%Y-%m"),
                channel=Channel(row.channel or "api"),
                categories=row.categories or (),
                division=places[0] if places else "",
                level=drawn.choice(list(Level)),
                score=round(drawn.random() * 20, 2),
                amount_fen=max(amounts, default=0),
                party_keys=tuple(drawn.sample(("party-a", "party-b"), drawn.randint(0, 1))),
                case_id=row.case,
                accused=tuple(sorted(accused)),
            )
        )
    return made


class BruteForce:
    """The reference: looks at every report with plain string search."""

    def __init__(self, held: Sequence[IndexDocument]) -> None:
        self.held = {document.seq: document for document in held}

    def matches(self, request: SearchRequest, access: Access, without: str = "") -> Iterator[IndexDocument]:
        nodes = request.under(without)
        for document in self.held.values():
            if (
                any(document.division.startswith(prefix) for prefix in access.place_prefixes)
                and not set(document.party_keys) & set(access.excluded_party_keys)
                and document.case_id not in access.excluded_cases
                and all(self.meets(document, node) for node in nodes)
            ):
                yield document

    @classmethod
    def meets(cls, document: IndexDocument, node: Node) -> bool:
        match node:
            case Part():
                held = any(form in normalise(document.text).text for form in node.met_by)
            case Named(forms):
                held = any(not forms_of(name).isdisjoint(forms) for name in document.accused)
            case Filter(name, values):
                held = any(value in cls.values(document, name, value) for value in values)
            case Range():
                number = cls.number(document, node.field)
                held = number is not None and (node.low or 0) <= number and (node.high is None or number < node.high)
            case Not():
                held = not cls.meets(document, node.node)
            case AllOf(nodes):
                held = all(cls.meets(document, inner) for inner in nodes)
            case AnyOf(nodes):
                held = any(cls.meets(document, inner) for inner in nodes)
        return held

    @staticmethod
    def number(document: IndexDocument, name: str) -> int | None:
        if name == "amount":
            return document.amount_fen or None
        return document.seq if name == "seq" else int(document.received_at.timestamp())

    @staticmethod
    def values(document: IndexDocument, name: str, asked: str = "") -> tuple[str, ...]:
        if name == "category":
            return document.categories
        if name == "place":
            return (document.division[: len(asked)],) if len(document.division) >= len(asked) else ()
        if name == "case":
            return (document.case_id,) if document.case_id else ()
        if name == "id":
            return (document.id,)
        if name == "lacks":
            return document.lacks
        return ({"month": document.month, "risk": document.level.value, "channel": document.channel.value}[name],)

    def facets(self, request: SearchRequest, access: Access) -> dict[str, dict[str, int]]:
        counts: dict[str, dict[str, int]] = {}
        for name in ("category", "month", "risk", "channel"):
            found = self.matches(request, access, without=name)
            counts[name] = dict(Counter(value for document in found for value in self.values(document, name)))
        length = request.place_length
        found = self.matches(request, access, without="place")
        places = (document.division[:length] for document in found if len(document.division) >= length)
        counts["place"] = dict(Counter(places))
        return counts
