"""The indices of an installation: the one that is read, the next that is being written, the earlier one that is kept.

Indices are numbered; aliases say which is which, and every program finds them by the aliases alone::

    triage-reports-v2-000007    alias triage-reports-v2        read
    triage-reports-v2-000008    alias triage-reports-v2-next   being written; takes what changes meanwhile
    triage-reports-v2-000006    alias triage-reports-v2-old    kept for going back; takes what changes meanwhile

One that is to be read next bears ``triage-reports-v2-soon`` too, from before it shows all that was written into it: whoever
writes into it afterwards lets that be seen, as in the one that is read.

``v2`` is the format, so that a program of another format never reads what it does not understand.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from elasticsearch import Elasticsearch

from triage.errors import Busy, NoIndex, TriageError, WrongKey
from triage.logs import get_logger
from triage.search.elastic.connection import Cluster
from triage.search.elastic.mapping import FORMAT, mappings, settings

log = get_logger(__name__)

_BLOCKS = tuple(f"index.blocks.{kind}" for kind in ("read_only_allow_delete", "read_only", "write"))
# While nobody reads it yet a new index need not be ready for that every second
_UNSEEN = {"refresh_interval": "-1"}
_SEEN = {"refresh_interval": None}
_NUMBER = re.compile(r"-v(\d+)-(\d{6})$")


class Place(StrEnum):
    """What an index is for."""

    READ = "read"
    NEXT = "next"
    OLD = "old"


@dataclass(frozen=True, slots=True)
class Generation:
    """An index by its own name, its format, and what it is for (None for one that was left behind); ``soon``: read next."""

    index: str
    format: int
    place: Place | None
    soon: bool = False


@dataclass(frozen=True)
class Generations:
    """The indices of one installation, whose names begin with ``name``; ``mark`` tells whose key their terms are under."""

    cluster: Cluster
    name: str
    mark: str
    shards: int = 1

    def alias(self, place: Place) -> str:
        """The alias under which the index of a place is read and written."""
        stem = f"{self.name}-v{FORMAT}"
        return stem if place is Place.READ else f"{stem}-{place.value}"

    @property
    def _soon(self) -> str:
        return f"{self.alias(Place.READ)}-soon"

    def all(self) -> list[Generation]:
        """Every index of this installation, those of other formats too, the earliest first."""

        def act(client: Elasticsearch) -> dict[str, Any]:
            pattern = f"{self.name}-v*-*"
            return dict(client.indices.get_alias(index=pattern, allow_no_indices=True, expand_wildcards="all"))

        places = {self.alias(place): place for place in Place}
        found = []
        for index, told in sorted(self.cluster.call(act).items()):
            number = _NUMBER.search(index)
            if number and index.startswith(f"{self.name}-v{number[1]}-"):
                here = [places[alias] for alias in told["aliases"] if alias in places]
                soon = self._soon in told["aliases"]
                found.append(Generation(index, int(number[1]), here[0] if here else None, soon))
        return found

    def by_place(self) -> dict[Place, str]:
        """The indices of this format by what they are for."""
        return {one.place: one.index for one in self.all() if one.place is not None}

    def written(self, place: Place) -> dict[Place, tuple[str, bool]]:
        """Where a change goes that is meant for the index of a place, and whether it is to be seen there at once.

        What is meant for the one that is read goes everywhere, there first, and is seen there and in one that is read soon.

        Raises:
            NoIndex: there is nothing to read: what is written beside it would be all.
        """
        found = {one.place: (one.index, one.soon or one.place is place) for one in self.all() if one.place is not None}
        if place not in found:
            raise NoIndex("There is no search index yet: the worker or `triage reindex` writes it from the store.")
        return {each: found[each] for each in Place if each in found} if place is Place.READ else {place: found[place]}

    def check(self) -> None:
        """Looks whether the index that is read was written under our key: under another one it would answer with nothing.

        Raises:
            WrongKey: it was not.
            NoIndex: there is none.
        """

        def act(client: Elasticsearch) -> list[dict[str, Any]]:
            return [one["mappings"] for one in client.indices.get_mapping(index=self.alias(Place.READ)).values()]

        for mapping in self.cluster.call(act):
            if mapping.get("_meta", {}).get("mark", self.mark) != self.mark:
                raise WrongKey(
                    f"The indices {self.name}-… on Elasticsearch were written under another master key: choose another "
                    "name in TRIAGE_ELASTICSEARCH_INDEX, or give back the key."
                )

    def closed(self) -> bool:
        """Whether an index that is written takes no writes: by hand, or because a disk is fuller than the flood mark."""

        def act(client: Elasticsearch) -> list[dict[str, Any]]:
            names = ",".join(self.by_place().values())
            if not names:
                return []
            told = client.indices.get_settings(index=names, name="index.blocks.*", flat_settings=True)
            return [one["settings"] for one in told.values()]

        return any(str(held.get(block)) == "true" for held in self.cluster.call(act) for block in _BLOCKS)

    def begin(self) -> bool:
        """Makes the next index, unless one was begun and is to be gone on with; whether there was one.

        Raises:
            Busy: another process makes it at this moment.
        """
        known = self.all()
        if any(one.place is Place.NEXT for one in known):
            return True
        highest = max((int(one.index[-6:]) for one in known if one.format == FORMAT), default=0)
        index = f"{self.name}-v{FORMAT}-{highest + 1:06d}"

        def act(client: Elasticsearch) -> None:
            # The alias comes with the index: whoever is killed here leaves both or neither.
            client.indices.create(
                index=index,
                mappings=mappings(self.mark),
                settings=settings(self.shards) | _UNSEEN,
                aliases={self.alias(Place.NEXT): {}},
                wait_for_active_shards=1,
            )

        try:
            self.cluster.call(act, writes=True)
        except TriageError as error:
            if "resource_already_exists" in error.sentence:
                raise Busy("Another process writes the index anew at this moment.") from None
            raise
        return False

    def swap(self) -> None:
        """Lets the next index be read from now on and keeps the one before; the one before that goes. All at once.

        Raises:
            Busy: there is no next one any more.
        """
        by_place = self.by_place()
        if Place.NEXT not in by_place:
            raise Busy("Another process wrote the index anew meanwhile.")
        self._to_be_read(by_place[Place.NEXT])
        actions = [_alias("add", by_place[Place.NEXT], self.alias(Place.READ))]
        actions += [_alias("remove", by_place[Place.NEXT], each) for each in (self.alias(Place.NEXT), self._soon)]
        if Place.READ in by_place:
            actions += [_alias("remove", by_place[Place.READ], self.alias(Place.READ))]
            actions += [_alias("add", by_place[Place.READ], self.alias(Place.OLD))]
        if Place.OLD in by_place:
            actions.append({"remove_index": {"index": by_place[Place.OLD]}})
        self._change(actions)

    def go_back(self) -> bool:
        """Lets the kept index be read again and keeps the one that was; whether there is a kept one."""
        by_place = self.by_place()
        if Place.OLD not in by_place or Place.READ not in by_place:
            return False
        self._to_be_read(by_place[Place.OLD])
        now, before = by_place[Place.READ], by_place[Place.OLD]
        read, old = self.alias(Place.READ), self.alias(Place.OLD)
        self._change(
            [
                _alias("remove", now, read),
                _alias("add", now, old),
                _alias("remove", before, old),
                _alias("remove", before, self._soon),
                _alias("add", before, read),
            ]
        )
        return True

    def leave_kept(self, index: str) -> None:
        """Keeps an index no more that does not take what changes: from now on it would show what was taken out since."""
        log.warning("kept_index_left")
        self._change([_alias("remove", index, self.alias(Place.OLD))])

    def abandon(self) -> None:
        """Takes away the next index; nothing that is read changes."""
        self._delete([one.index for one in self.all() if one.place is Place.NEXT])

    def forget(self) -> int:
        """Takes away every index but the one that is read and the next: kept ones, left ones, those of other formats.

        Returns how many.
        """
        gone = [one.index for one in self.all() if one.place not in (Place.READ, Place.NEXT)]
        self._delete(gone)
        return len(gone)

    def remove(self) -> None:
        """Takes away every index of this installation."""
        self._delete([one.index for one in self.all()])

    def refresh(self, place: Place) -> None:
        """Lets readers see all that is written."""

        def act(client: Elasticsearch) -> None:
            client.indices.refresh(index=self.alias(place))

        self.cluster.call(act, writes=True)

    def _to_be_read(self, index: str) -> None:
        """Lets an index show all that has been written, and at once whatever is written into it from now on.

        The mark comes first: who asked for the indices before it, and writes after the refresh, sees it when asking again.
        """
        self._change([_alias("add", index, self._soon)])

        def act(client: Elasticsearch) -> None:
            client.indices.put_settings(index=index, settings=_SEEN)
            client.indices.refresh(index=index)

        self.cluster.call(act, writes=True)

    def _change(self, actions: Sequence[Mapping[str, Any]]) -> None:
        def act(client: Elasticsearch) -> None:
            client.indices.update_aliases(actions=actions)

        self.cluster.call(act, writes=True)

    def _delete(self, indices: list[str]) -> None:
        def act(client: Elasticsearch) -> None:
            client.indices.delete(index=",".join(indices), ignore_unavailable=True)

        if indices:
            self.cluster.call(act, writes=True)


def _alias(kind: str, index: str, alias: str) -> dict[str, Any]:
    # A program that reads another index than it means to would answer wrongly: it must exist, or nothing changes.
    return {kind: {"index": index, "alias": alias, **({"must_exist": True} if kind == "remove" else {})}}
