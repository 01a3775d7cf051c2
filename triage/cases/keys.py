"""Link keys: the facts under which reports of one matter can meet, as keyed hashes.

In: a `Matter`; out: `LinkKey` rows. A key alone is no likeness; what shares few keys with few others is looked at, see
``candidates``. Facts that half a county shares (a programme, a surname with a post) are keyed together with the place.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import blake2b

from triage.cases.candidates import QUOTED
from triage.cases.grams import ranks
from triage.cases.matter import Matter
from triage.cases.people import Person
from triage.cases.places import local_sounds
from triage.model import LinkKey, Role
from triage.text.pinyin import name_sound

_DIGEST_BYTES = 8
# So many pairs of characters that hardly anybody else writes; of a long letter the same ones each time
_MOST_GRAMS = 64
_MOST_OF_A_KIND = 12
_RARE = 2
_COUNTY_DIGITS = 6
_QUARTER_MONTHS = 3


@dataclass(frozen=True, slots=True)
class LinkKeyer:
    """Makes link keys under the store's link key, so that stored keys tell nothing to somebody without it."""

    key: bytes

    def keys(self, matter: Matter) -> tuple[LinkKey, ...]:
        """Every key of a matter, each once."""
        told = dict.fromkeys((*_near(matter), *_grams(matter), *_facts(matter)))
        keyed = blake2b(key=self.key[:64], digest_size=_DIGEST_BYTES)
        made = []
        for kind, value in told:
            hasher = keyed.copy()
            hasher.update(kind.encode() + b"\0" + value)
            made.append(LinkKey(kind, hasher.hexdigest()))
        return tuple(made)


def _near(matter: Matter) -> Iterator[tuple[str, bytes]]:
    for band, rows in enumerate(matter.fingerprint.bands()):
        yield "near", bytes([band]) + rows


def _grams(matter: Matter) -> Iterator[tuple[str, bytes]]:
    """Grams of names first, then the rarest; the order by hash makes two texts choose the same ones."""
    rare = matter.grams[ranks(matter.grams) <= _RARE].tolist()
    rare.sort(key=lambda number: (number not in matter.named, number >> 3))
    for number in rare[:_MOST_GRAMS]:
        yield "gram", number.to_bytes(4)


def _facts(matter: Matter) -> Iterator[tuple[str, bytes]]:
    counties = sorted({place.code for place in matter.places if len(place.code) == _COUNTY_DIGITS})
    around = sorted(local_sounds(matter.places))[:_MOST_OF_A_KIND]
    for person in [person for person in matter.people if person.name][:_MOST_OF_A_KIND]:
        yield "name", person.sound.encode()
    for name in around:
        yield "place", name.encode()
    for post in _posts(matter.people):
        for where in (*counties, *around):
            yield "post", f"{where}:{post}".encode()
    for county in counties:
        yield from _of_county(matter, county, around)
    for contact in matter.contacts[:_MOST_OF_A_KIND]:
        yield "contact", contact.encode()
    for reporter in matter.reporters[:_MOST_OF_A_KIND]:
        yield "name", name_sound(reporter).encode()
    # Its own stands there to be met by: whoever knew the receipt of a report tells of that report
    for report_id in (matter.id, *matter.quotes):
        yield QUOTED, report_id.encode()


def _of_county(matter: Matter, county: str, around: list[str]) -> Iterator[tuple[str, bytes]]:
    for name in around:
        yield "village", f"{county}:{name}".encode()
    for told in sorted(matter.sums, key=lambda one: -one.digits)[:_MOST_OF_A_KIND]:
        yield "sum", f"{county}:{told.fen}".encode()
    for programme in matter.programmes[:_MOST_OF_A_KIND]:
        yield "scheme", f"{county}:{programme}".encode()
    # A matter is told within months; this quarter and the next, so that two neighbouring ones share a key
    quarter = (matter.received.year * 12 + matter.received.month - 1) // _QUARTER_MONTHS
    for near in (quarter, quarter + 1):
        yield "county", f"{county}:{near}".encode()


def _posts(people: tuple[Person, ...]) -> list[str]:
    """Surname and post of those accused (王书记), and of officials told by title alone."""
    told = [
        f"{person.surname}:{title}"
        for person in people
        for title in person.titles
        if person.surname and (person.role == Role.ACCUSED.value or not person.name)
    ]
    return sorted(set(told))[:_MOST_OF_A_KIND]
