"""Administrative divisions, province to township, and what people call them.

In: ``divisions.csv`` (province, prefecture, county), ``division_aliases.csv`` (renamed, merged and colloquial names)
and, only when asked for, ``townships.txt``. Out: `Division` rows, names resolved to codes, names found in running text.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib.resources import files

from ahocorasick_rs import AhoCorasick, Implementation, MatchKind

from corpora._place_words import from_there, plausible

__all__ = ["Division", "Divisions", "PlaceMatch", "is_county"]

# How a form of a name is said: in full, as a short name, as a short name that is a common word too
_FULL, _BARE, _SHY = range(3)
# 昭觉|乡村振兴局 is the county, though 昭觉乡 would be no county
_OFFICES = ("乡村振兴", "市场监", "市监局", "社保", "社会保障")
_TOWN_NEAR, _LONGEST_TOWN = re.compile("[镇乡]|街道|苏木|[农林牧]场"), 12
AUTONOMOUS = ("自治县", "自治旗", "自治州", "自治区")
_COUNTY_DIGITS = 6


def is_county(code: str) -> bool:
    """Whether a code is that of a county, or of a city or district that stands beside counties: it has six digits."""
    return len(code) == _COUNTY_DIGITS


@dataclass(frozen=True, slots=True)
class Division:
    """A province (2 digits), prefecture (4), county (6) or township (9).

    ``short`` is what people say without the level's word; ``bare`` tells whether that word alone means the place (昭觉)
    or is too common a word (互助). ``exit_year`` is the year in which a former national poor county left the list.
    """

    code: str
    name: str
    short: str
    bare: bool = True
    exit_year: int | None = None

    @property
    def poor(self) -> bool:
        """Whether this is one of the 832 former national poor counties."""
        return self.exit_year is not None

    def within(self, code: str) -> bool:
        """Whether this division is the one of ``code`` or lies in it."""
        return self.code.startswith(code)


@dataclass(frozen=True, slots=True)
class PlaceMatch:
    """A division's name in a text; ``certain`` is False where several divisions are called so and a guess was made."""

    start: int
    end: int
    code: str
    certain: bool


class Divisions:
    """All divisions; build it through `Divisions.load`, which reads the files once."""

    def __init__(self, rows: Iterable[Division], aliases: Iterable[tuple[str, str]]) -> None:
        self._rows = {row.code: row for row in rows}
        self._forms = _forms(self._rows, aliases)
        self._names = tuple(self._forms)
        self._automaton = AhoCorasick(
            self._names, matchkind=MatchKind.LeftmostLongest, implementation=Implementation.ContiguousNFA
        )
        self._town_names: dict[str, tuple[str, ...]] = {}
        self._children: dict[str, dict[str, tuple[str, ...]]] = {}
        for row in self._rows.values():
            for above in {row.code[:2], row.code[:4]} - {row.code}:
                shorts = self._children.setdefault(above, {})
                shorts[row.short] = (*shorts.get(row.short, ()), row.code)

    @staticmethod
    @lru_cache(maxsize=1)
    def load() -> Divisions:
        """The packaged divisions, read once."""
        rows = (Division(code, name, short, bare == "1", int(exit_year) if exit_year else None)
                for code, name, short, bare, exit_year in _table("divisions.csv"))  # fmt: skip
        return Divisions(rows, ((alias, code) for alias, code, _ in _table("division_aliases.csv")))

    def __iter__(self) -> Iterator[Division]:
        return iter(self._rows.values())

    def __len__(self) -> int:
        return len(self._rows)

    def get(self, code: str) -> Division | None:
        """The division of a code of 2, 4, 6 or 9 digits, or None."""
        if len(code) != 9:
            return self._rows.get(code)
        name = next((name for name, found in self.townships(code[:6]).items() if found == code), None)
        return Division(code, name, name) if name else None

    def path(self, code: str) -> tuple[Division, ...]:
        """The divisions that hold ``code``, from the province down to itself."""
        steps = (self.get(code[:length]) for length in (2, 4, 6, 9) if length <= len(code))
        return tuple(step for step in steps if step)

    def resolve(self, name: str, context: Sequence[str] = ()) -> Division | None:
        """The division called ``name``; ``context`` holds names or codes of places told beside it.

        A name may be chained (凉山州昭觉县). None where nothing, or more than one division, is called so.
        """
        codes = self._codes(name)
        if len(codes) > 1 and context:
            around = {code for place in context for code in ((place,) if place.isdigit() else self._codes(place))}
            codes = _narrowed(codes, _prefixes(around))
        if len(codes) > 1:
            codes = _highest(codes)
        return self.get(codes[0]) if len(codes) == 1 else None

    def find(self, text: str, words: Container[int] | None = None) -> list[PlaceMatch]:
        """Names of provinces, prefectures and counties in a text, in order, not overlapping.

        ``words``: offsets at which a word begins or ends, if the caller has segmented the text.
        """
        found = self._candidates(text, words)
        sure = _prefixes(codes[0] for _, _, codes in found if len(codes) == 1)
        matches: list[PlaceMatch] = []
        for place, (start, end, codes) in enumerate(found):
            # a name right before (吉林省朝阳区) or right after decides first, then any sure place of the text
            beside = {code for other in found[max(0, place - 1) : place + 2] for code in other[2]} - set(codes)
            narrowed = _narrowed(codes, _prefixes(beside)) if len(codes) > 1 else codes
            narrowed = (self._with_town(text, end, narrowed) or narrowed) if len(narrowed) > 1 else narrowed
            narrowed = _narrowed(narrowed, sure) if len(narrowed) > 1 else narrowed
            if len(narrowed) > 1:
                narrowed = _highest(narrowed)
            matches.append(PlaceMatch(start, end, narrowed[0], certain=len(narrowed) == 1))
        return matches

    def townships(self, county: str) -> Mapping[str, str]:
        """Names of a county's townships and their 9-digit codes; read from the file when first asked for."""
        line = self._township_lines.get(county, "")
        return {entry[3:]: county + entry[:3] for entry in line.split()}

    def township_names(self, county: str) -> tuple[str, ...]:
        """Names of a county's townships, the longest first; made once."""
        if county not in self._town_names:
            self._town_names[county] = tuple(sorted(self.townships(county), key=len, reverse=True))
        return self._town_names[county]

    def township_codes(self, name: str) -> tuple[str, ...]:
        """Codes of all townships of this name (镇 and 乡 included in the name)."""
        return self._township_names.get(name, ())

    @cached_property
    def _township_lines(self) -> dict[str, str]:
        text = files("corpora").joinpath("townships.txt").read_text("utf-8")
        return {line[:6]: line[7:] for line in text.splitlines()}

    @cached_property
    def _township_names(self) -> dict[str, tuple[str, ...]]:
        out: dict[str, tuple[str, ...]] = {}
        for county, line in self._township_lines.items():
            for entry in line.split():
                out[entry[3:]] = (*out.get(entry[3:], ()), county + entry[:3])
        return out

    def _codes(self, name: str) -> tuple[str, ...]:
        if name in self._forms:
            return self._forms[name][0]
        shorts = [row.code for row in self._rows.values() if row.short == name]
        if shorts:
            return tuple(shorts)
        if name in self._township_names:
            return self._township_names[name]
        matches = [match for match in self.find(name) if match.certain]
        last = matches[-1] if matches else None
        if last is None:
            return ()
        rest = name[last.end :]
        if not rest:
            return (last.code,)
        return tuple(code for code in self.township_codes(rest) if code.startswith(last.code))

    def _candidates(self, text: str, words: Container[int] | None) -> list[tuple[int, int, tuple[str, ...]]]:
        found: list[tuple[int, int, tuple[str, ...]]] = []
        named = self._automaton.find_matches_as_indexes(text)
        for place, (index, start, end) in enumerate(named):
            name = self._names[index]
            codes, said = self._forms[name]
            bare = said != _FULL
            if found and start < found[-1][1]:
                continue
            adjacent = bool(found) and found[-1][1] == start and _holds(found[-1][2], codes)
            after = named[place + 1 : place + 2]
            if not self._followed(end, codes, after):
                if said == _SHY and not adjacent and not from_there(text, start, end):
                    continue
                shown = text[:end] if bare and text.startswith(_OFFICES, end) else text
                if not plausible(shown, start, end, name, bare=bare, adjacent=adjacent) and not (
                    said == _FULL and self._with_town(text, end, codes)
                ):
                    continue
                # 拆迁|安置 is not 迁安: where the caller knows the words, a bare name must begin and end with one
                if bare and words is not None and not adjacent and not (start in words and end in words):
                    continue
            found.append((start, end, codes))
            child = self._child(text, end, codes)
            # 四川省|凉山彝族自治州 is told in full: the short name would take its place
            if child and not self._begins_longer(child, after):
                found.append(child)
        return found

    def _with_town(self, text: str, start: int, codes: tuple[str, ...]) -> tuple[str, ...]:
        """Those of the counties ``codes`` one of whose townships is named at ``start`` (朝阳区|建外街道)."""
        if not _TOWN_NEAR.search(text, start, start + _LONGEST_TOWN):
            return ()
        return tuple(code for code in codes if is_county(code) and text.startswith(self.township_names(code), start))

    def _begins_longer(self, child: tuple[int, int, tuple[str, ...]], after: Sequence[tuple[int, int, int]]) -> bool:
        """Whether the name that comes next begins where a child's short name does, and is longer: 江苏|连云港 is not 连云."""
        return any(
            start == child[0] and end > child[1] and self._forms[self._names[index]][1] != _SHY
            for index, start, end in after
        )

    def _followed(self, end: int, codes: tuple[str, ...], after: Sequence[tuple[int, int, int]]) -> bool:
        """Whether a name of what lies within comes next, so that nothing else is meant (山东|河口区, 江苏|镇江)."""
        for index, start, _ in after:
            inner, said = self._forms[self._names[index]]
            return start == end and said != _SHY and _holds(codes, inner)
        return False

    def _child(self, text: str, start: int, above: tuple[str, ...]) -> tuple[int, int, tuple[str, ...]] | None:
        """A child's short name right after its parent (贵州大方), even if the word alone is too common."""
        for length in (4, 3, 2):
            word = text[start : start + length]
            following = text[start + length : start + length + 1]
            if len(word) < length or following in "县市区旗州盟":
                continue
            codes = tuple(code for parent in above for code in self._children.get(parent, {}).get(word, ()))
            if codes and plausible(text, start, start + length, word, bare=True, adjacent=True):
                return start, start + length, codes
        return None


def _table(name: str) -> Iterator[list[str]]:
    lines = files("corpora").joinpath(name).read_text("utf-8").splitlines()
    return (line.split(",") for line in lines[1:])


def _forms(rows: Mapping[str, Division], aliases: Iterable[tuple[str, str]]) -> dict[str, tuple[tuple[str, ...], int]]:
    """Every name under which a division may stand in a text, with its codes and how it is said."""
    out: dict[str, dict[str, None]] = {}
    bare: dict[str, bool] = {}
    shy: dict[str, list[str]] = {}

    def add(form: str, code: str, *, is_bare: bool = False) -> None:
        out.setdefault(form, {})[code] = None
        bare[form] = bare.get(form, True) and is_bare

    for row in rows.values():
        add(row.name, row.code)
        if row.name.endswith(AUTONOMOUS) and row.name[-1] != "区":
            add(row.short + row.name[-1], row.code)
            add(row.short + row.name[-3:], row.code)
        if row.name == "市中区":
            # 济南|市中区 is said for 济南市|市中区
            add(rows[row.code[:4]].short + row.name, row.code)
    for alias, code in aliases:
        add(alias, code)
    for row in rows.values():
        # a county that became a city or a district is still called a county: 平泉县, 武隆县
        for ending in _former_endings(row):
            if row.short + ending not in out:
                add(row.short + ending, row.code)
    for row in rows.values():
        if row.bare and len(row.short) >= 2 and row.short != row.name:
            add(row.short, row.code, is_bare=True)
    for row in rows.values():
        # a name that is a common word too counts only where somebody says where they are from
        if not row.bare and len(row.short) >= 2 and row.short not in out and is_county(row.code):
            shy.setdefault(row.short, []).append(row.code)
    forms = {form: (tuple(codes), _BARE if bare[form] else _FULL) for form, codes in out.items()}
    return forms | {form: (tuple(codes), _SHY) for form, codes in shy.items()}


def _former_endings(row: Division) -> tuple[str, ...]:
    if len(row.short) < 2 or row.short == row.name:
        return ()
    if len(row.code) == 4 and row.name.endswith("市"):
        return ("地区",)
    if is_county(row.code) and row.name.endswith("市"):
        return ("县",)
    return ("县", "市") if is_county(row.code) and row.name.endswith("区") else ()


def _prefixes(places: Iterable[str]) -> frozenset[str]:
    """The codes of places and of what they lie in: a text may name all counties, and ask for each name that several bear."""
    return frozenset(code[:length] for code in places for length in (6, 4, 2) if len(code) >= length)


def _narrowed(codes: tuple[str, ...], around: frozenset[str]) -> tuple[str, ...]:
    """The codes that lie in, hold, or share the prefecture, at last the province, of places ``around``; else all."""
    for length in (6, 4, 2):
        near = tuple(code for code in codes if len(code) >= length and code[:length] in around)
        if near:
            return near
    return codes


def _holds(above: tuple[str, ...], codes: tuple[str, ...]) -> bool:
    """Whether one of ``above`` is a parent of one of ``codes``."""
    return any(code.startswith(parent) and code != parent for parent in above for code in codes)


def _highest(codes: tuple[str, ...]) -> tuple[str, ...]:
    """Of a name that stands on several levels (吉林) the highest."""
    top = min(len(code) for code in codes)
    return tuple(code for code in codes if len(code) == top)
