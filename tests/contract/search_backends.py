"""The backends that the search contract runs on, and reports to fill them with."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

from triage.model import Access, Channel, Level, StaffRole
from triage.search import IndexDocument, SearchRequest
from triage.search.documents import PLACE_LENGTHS
from triage.text.normalise import normalise

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
DIVISIONS = ("", "51", "513431", "513431103", "5134", "62", "621124", "522723001002")


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
            )
        )
    return made


class BruteForce:
    """The reference: looks at every report with plain string search."""

    def __init__(self, held: Sequence[IndexDocument]) -> None:
        self.held = {document.seq: document for document in held}

    def matches(self, request: SearchRequest, access: Access, without: str = "") -> Iterator[IndexDocument]:
        filters = {name: value for name, value in request.filters.items() if name != without}
        for document in self.held.values():
            plain = normalise(document.text).text
            if (
                any(document.division.startswith(prefix) for prefix in access.place_prefixes)
                and not set(document.party_keys) & set(access.excluded_party_keys)
                and all(any(form in plain for form in part.forms) != part.minus for part in request.parts)
                and all(value in self.values(document, name, value) for name, value in filters.items())
            ):
                yield document

    @staticmethod
    def values(document: IndexDocument, name: str, asked: str = "") -> tuple[str, ...]:
        if name == "category":
            return document.categories
        if name == "place":
            return (document.division[: len(asked)],) if len(document.division) >= len(asked) else ()
        return ({"month": document.month, "risk": document.level.value, "channel": document.channel.value}[name],)

    def facets(self, request: SearchRequest, access: Access) -> dict[str, dict[str, int]]:
        counts: dict[str, dict[str, int]] = {}
        for name in ("category", "month", "risk", "channel"):
            found = self.matches(request, access, without=name)
            counts[name] = dict(Counter(value for document in found for value in self.values(document, name)))
        length = len(request.place) if request.place else PLACE_LENGTHS[0]
        found = self.matches(request, access, without="place")
        places = (document.division[:length] for document in found if len(document.division) >= length)
        counts["place"] = dict(Counter(places))
        return counts
