"""Conflicts of interest: reports on the own head, and the keyed names by which the accused are kept out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from triage.model import Entity, EntityKind, Rank, Role
from triage.referral.jurisdiction import Desk

_HEAD_POSTS = re.compile(
    r"纪委书记|纪检委书记|监委主任|监察委员会主任|监察委主任|纪委监委主要负责人|secretary of (?:the )?discipline"
)
_NEAR = 3


def party_keys(entities: Iterable[Entity], keyed: Callable[[str], str]) -> tuple[str, ...]:
    """Keyed hashes of the accused's full names; rows and index documents carry them, so exclusions are query terms.

    Args:
        entities: of the assessment.
        keyed: keyed hash of a name under the store's link key.
    """
    names = {e.text for e in entities if e.kind is EntityKind.PERSON and e.role is Role.ACCUSED and len(e.text) > 1}
    return tuple(sorted(keyed("party:" + name) for name in names))


def heads_the_desk(entities: Iterable[Entity], desk: Desk) -> bool:
    """Whether an accused person is the head of the own office, by name or by post.

    A post counts only where it touches an accused person's name: letters are addressed to the secretary of the
    discipline commission all the time, and an address is no accusation.
    """
    marked = tuple(entities)
    accused = [e for e in marked if e.kind is EntityKind.PERSON and e.role is Role.ACCUSED]
    if desk.head and any(person.text == desk.head for person in accused):
        return True
    posts = [e for e in marked if e.kind is EntityKind.POSITION and _HEAD_POSTS.search(e.text)]
    # A commission's secretary named without a level is the one next door; a national desk has no such neighbour.
    near = (desk.level,) if desk.level is Rank.NATION else (Rank.NONE, desk.level)
    own = [post for post in posts if post.rank in near]
    return any(
        0 <= person.start - post.end <= _NEAR or 0 <= post.start - person.end <= _NEAR
        for post in own
        for person in accused
    )
