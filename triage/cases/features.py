"""What speaks for and against two reports telling of one matter, as numbers for the model and codes for people.

In: two matters; out: `Compared`. A code names a fact that agrees or conflicts and the two entities that tell it, so that a
person can check it on the texts; the facts themselves are left out.
"""

from __future__ import annotations

import math

from triage.cases.alike_people import compare_people
from triage.cases.alike_places import compare_places
from triage.cases.candidates import Shared
from triage.cases.compared import Compared
from triage.cases.matter import Matter
from triage.cases.sequels import compare_sequels
from triage.cases.voices import QUOTES, SAME_SENDER
from triage.cases.wording import Wording, beside
from triage.cases.wrongs import compare_wrongs

# With fewer pairs of Chinese characters, or words in Latin letters, a text is not written in that script
LEAST_OF_A_SCRIPT = 12
_MOST_DIGITS, _MOST_COUNTED = 4, 3
_MONTH, _YEAR = 30, 365


def compared(one: Matter, other: Matter, shared: Shared, wording: Wording | None = None) -> Compared:
    """Everything that speaks for or against a pair; ``shared`` tells how few others share its keys.

    ``wording`` is what ``beside`` says of the pair, where it was asked for many at once.
    """
    pair = Compared()
    pair.measure("words_here", math.log1p(shared.words))
    pair.measure("facts_here", shared.fact)
    _texts(pair, one, other, wording or beside(one, [other])[0])
    compare_people(pair, one, other)
    compare_places(pair, one, other)
    _figures(pair, one, other)
    _times(pair, one, other)
    compare_sequels(pair, [(each.received, each.sequel) for each in (one, other)])
    compare_wrongs(pair, one.wrongs, other.wrongs)
    _together(pair, one, other)
    if shared.quoted:
        pair.note(QUOTES)
    return pair


def _texts(pair: Compared, one: Matter, other: Matter, wording: Wording) -> None:
    pair.measure("copy", one.fingerprint.similarity(other.fingerprint))
    mine, theirs = wording.mine + 1, wording.theirs + 1
    pair.measure("rare_shared", math.log1p(wording.both))
    pair.measure("rare_likeness", wording.both / math.sqrt(mine * theirs))
    pair.measure("rare_likeness_short", wording.both / min(mine, theirs))
    pair.measure("topic", wording.topic)
    if wording.runs is not None:
        pair.measure("runs_known", 1.0)
        pair.measure("runs_shared", math.log1p(wording.runs))
        pair.measure("runs_likeness", wording.run_share)
    pair.measure("no_common_script", float(not _one_script(one, other)))
    pair.measure("short", 1 / math.sqrt(min(one.fingerprint.size, other.fingerprint.size)))


def _one_script(one: Matter, other: Matter) -> bool:
    """Whether both are written in Chinese characters, or both in Latin letters, so that they can share words."""
    han, latin = (min(len(each.grams) - each.latin for each in (one, other)), min(one.latin, other.latin))
    return max(han, latin) >= LEAST_OF_A_SCRIPT


def _figures(pair: Compared, one: Matter, other: Matter) -> None:
    theirs = {told.fen: told for told in other.sums}
    both = [(told, theirs[told.fen]) for told in one.sums if told.fen in theirs]
    if both:
        rarest = max(both, key=lambda met: met[0].digits)
        digits = sum(min(told.digits, _MOST_DIGITS) for told, _ in both)
        pair.tell("sum", rarest[0].entity, rarest[1].entity, math.sqrt(digits))
    elif one.sums and other.sums:
        pair.measure("other_sums", 1.0)
    counted = set(one.counts) & set(other.counts)
    if counted:
        pair.tell("same_count", value=math.sqrt(sum(min(len(told) - 1, _MOST_COUNTED) for told in counted)))
    if one.programmes and other.programmes:
        pair.tell("same_programme" if set(one.programmes) & set(other.programmes) else "other_programme")
    if set(one.contacts) & set(other.contacts):
        pair.tell("contact")
    if set(one.reporters) & set(other.reporters):
        pair.note(SAME_SENDER)


def _times(pair: Compared, one: Matter, other: Matter) -> None:
    if set(one.dates) & set(other.dates):
        pair.tell("same_date")
    if one.years and other.years:
        pair.tell("same_year" if set(one.years) & set(other.years) else "other_years")
    days = abs((one.received - other.received).days)
    pair.measure("months_apart", math.log1p(days / _MONTH))
    pair.measure("years_apart", max(0.0, days / _YEAR - 1))


def _together(pair: Compared, one: Matter, other: Matter) -> None:
    """Facts that mean more together than apart."""
    near = max(pair.of("same_county"), pair.of("county_in_text"))
    place = max(pair.of("same_village"), pair.of("village_in_text"), 0.5 * near)
    name = float(pair.any_of(("same_name", "same_sound", "covered_name", "same_post", "name_in_text")))
    says_other = float(one.disclaims or other.disclaims)
    pair.measure("disclaims", says_other)
    pair.measure("disclaims_place", says_other * place)
    pair.measure("place_and_words", place * pair.of("rare_likeness_short"))
    pair.measure("name_and_place", place * name)
    pair.measure("script_and_name", pair.of("no_common_script") * name)
    pair.measure("script_and_place", pair.of("no_common_script") * place)
