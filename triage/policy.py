"""The rules an office may differ on: ``corpora/policy.toml``, overridden key by key by a file in the data folder.

In: the packaged file and, if there is one, ``policy.toml`` of the data folder. Out: a frozen, checked `Policy`.
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, ConfigDict, Field, TypeAdapter, ValidationError
from pydantic_core import PydanticCustomError

from corpora import lexicons
from corpora.taxonomy import load_taxonomy
from triage.errors import BadSetup
from triage.model import Level, Rank

FILE_NAME = "policy.toml"

_STRICT = ConfigDict(extra="forbid")


def _as_level(value: object) -> object:
    return Level(value) if isinstance(value, str) and value in set(Level) else value


def _as_rank(value: object) -> object:
    names = {rank.name.lower(): rank for rank in Rank}
    if isinstance(value, str) and value not in names:
        raise PydanticCustomError("rank", "Input should be one of {names}", {"names": ", ".join(names)})
    return names[value] if isinstance(value, str) else value


Points = Annotated[float, Field(ge=0, le=100, strict=True)]
Share = Annotated[float, Field(ge=0, le=1, strict=True)]
LevelName = Annotated[Level, BeforeValidator(_as_level)]
RankName = Annotated[Rank, BeforeValidator(_as_rank)]
Texts = tuple[str, ...]
Yes = Annotated[bool, Field(strict=True)]


@dataclass(frozen=True, slots=True)
class AmountBand:
    """Points from this amount on, in whole yuan."""

    __pydantic_config__ = _STRICT
    from_yuan: Annotated[int, Field(ge=0, strict=True)]
    points: Points


@dataclass(frozen=True, slots=True)
class PeopleBand:
    """Points from this number of people or households on."""

    __pydantic_config__ = _STRICT
    from_count: Annotated[int, Field(ge=0, strict=True)]
    points: Points


@dataclass(frozen=True, slots=True)
class RiskWeights:
    """The additive scorecard of one text; every number is points."""

    __pydantic_config__ = _STRICT
    other_severity: Points
    further_label: Share
    refer: Points
    urgent: Points
    people_cap: Points
    evidence_cap: Points
    danger_cap: Points
    severity: dict[str, Points]
    amounts: tuple[AmountBand, ...]
    people: tuple[PeopleBand, ...]
    rank: dict[RankName, Points]
    evidence: dict[str, Points]
    danger: dict[str, Points]

    def label_points(self, code: str) -> float:
        """Points of a label; ``other_severity`` for a code that the policy does not list."""
        return self.severity.get(code, self.other_severity)

    def amount_points(self, fen: int) -> float:
        """Points of the highest band that an amount in fen reaches."""
        return max((band.points for band in self.amounts if fen >= band.from_yuan * 100), default=0.0)

    def people_points(self, count: int) -> float:
        """Points of the highest band that a number of people reaches, capped."""
        points = max((band.points for band in self.people if count >= band.from_count), default=0.0)
        return min(points, self.people_cap)

    def rank_points(self, rank: Rank) -> float:
        """Points of the highest accused."""
        return self.rank.get(rank, 0.0)


@dataclass(frozen=True, slots=True)
class Levels:
    """Least points of each level; below ``medium`` a text is low."""

    __pydantic_config__ = _STRICT
    medium: Points
    high: Points
    grave: Points

    def of(self, score: float) -> Level:
        """The level that a score alone gives."""
        if score >= self.grave:
            return Level.GRAVE
        if score >= self.high:
            return Level.HIGH
        return Level.MEDIUM if score >= self.medium else Level.LOW


@dataclass(frozen=True, slots=True)
class FloorRule:
    """A rule that no score lowers: when every condition named holds, the level is at least ``level``."""

    __pydantic_config__ = _STRICT
    code: str
    level: LevelName
    refer: Yes | None = None
    urgent: Yes | None = None
    any_label: Texts = ()
    any_danger: Texts = ()
    order: Yes | None = None
    from_yuan: Annotated[int, Field(ge=0, strict=True)] | None = None
    from_rank: RankName | None = None

    def holds(self, facts: Facts) -> bool:
        """Whether every condition of the rule holds for the facts of a text."""
        return (
            (self.refer is None or facts.refer == self.refer)
            and (self.urgent is None or facts.urgent == self.urgent)
            and (self.order is None or facts.order == self.order)
            and (not self.any_label or not facts.labels.isdisjoint(self.any_label))
            and (not self.any_danger or not facts.dangers.isdisjoint(self.any_danger))
            and (self.from_yuan is None or facts.fen >= self.from_yuan * 100)
            and (self.from_rank is None or facts.rank >= self.from_rank)
        )


@dataclass(frozen=True, slots=True)
class Facts:
    """What the floor rules look at; ``fen`` is the largest amount, ``rank`` the highest accused."""

    refer: bool
    urgent: bool
    labels: frozenset[str]
    dangers: frozenset[str] = frozenset()
    order: bool = False
    fen: int = 0
    rank: Rank = Rank.NONE


@dataclass(frozen=True, slots=True)
class Corroboration:
    """What the other reports of a case add, in points."""

    __pydantic_config__ = _STRICT
    per_independent_report: Points
    cap: Points


@dataclass(frozen=True, slots=True)
class Clock:
    """A period within which something must be done; ``due_soon`` is in the same unit, before its end."""

    __pydantic_config__ = _STRICT
    limit: Annotated[int, Field(ge=1, le=3650, strict=True)]
    unit: Literal["working_days", "days", "months"]
    due_soon: Annotated[int, Field(ge=0, le=3650, strict=True)] = 0


@dataclass(frozen=True, slots=True)
class Clocks:
    """The clocks of protection.md (2020 work rules for handling accusations, 2019 supervision rules)."""

    __pydantic_config__ = _STRICT
    acceptance_notice: Clock
    passing_on: Clock
    sealed_pass_up: Clock
    disposal_proposal: Clock
    feedback: Clock
    clearing: Clock
    reconciliation: Clock


@dataclass(frozen=True, slots=True)
class Custody:
    """Requests for a reporter's identity: in what time custodians answer one, and for how long one may be opened then."""

    __pydantic_config__ = _STRICT
    answer: Clock
    open_days: Annotated[int, Field(ge=1, le=30, strict=True)]


@dataclass(frozen=True, slots=True)
class Figures:
    """Rules for figures that leave the office."""

    __pydantic_config__ = _STRICT
    suppress_below: Annotated[int, Field(ge=0, le=1000, strict=True)]


@dataclass(frozen=True, slots=True)
class Links:
    """Rules for linking reports of one matter; the two shares are probabilities."""

    __pydantic_config__ = _STRICT
    join_from: Share
    suggest_from: Share
    max_candidates: Annotated[int, Field(ge=1, le=1000, strict=True)]
    least_shingles: Annotated[int, Field(ge=0, le=1000, strict=True)]
    old_after_days: Annotated[int, Field(ge=1, le=36500, strict=True)]


@dataclass(frozen=True, slots=True)
class Policy:
    """Everything an office may set; ``version`` is a short hash of the content in force."""

    __pydantic_config__ = _STRICT
    risk: RiskWeights
    levels: Levels
    floors: tuple[FloorRule, ...]
    corroboration: Corroboration
    clocks: Clocks
    custody: Custody
    figures: Figures
    links: Links
    version: str


# What a check says of Python's own kinds, for whoever writes the file
_RULES = {
    "unexpected_keyword_argument": "there is no such key",
    "dataclass_type": "this is a table with keys of its own, no single value",
}


@lru_cache(maxsize=8)
def load_policy(data_dir: Path | None = None) -> Policy:
    """The policy in force: the packaged file with the data folder's ``policy.toml`` laid over it.

    Raises:
        BadSetup: the file is no TOML, or a key is unknown, missing or breaks its rule; the sentence names both.
    """
    data = tomllib.loads(files("corpora").joinpath(FILE_NAME).read_text("utf-8"))
    own = data_dir / FILE_NAME if data_dir is not None else None
    if own is not None and own.is_file():
        try:
            data = _merged(data, tomllib.loads(own.read_text("utf-8-sig")))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            reason = str(error) if isinstance(error, tomllib.TOMLDecodeError) else "it is not UTF-8"
            raise BadSetup(f"{FILE_NAME} of the data folder cannot be read: {reason}.") from None
    return check_policy(data)


def check_policy(data: Mapping[str, Any]) -> Policy:
    """Checks merged TOML data and gives them their version.

    Raises:
        BadSetup: as `load_policy`.
    """
    if "version" in data:
        raise BadSetup("policy.toml, version: is derived from the content and cannot be set.")
    version = hashlib.sha256(json.dumps(data, sort_keys=True, ensure_ascii=False, default=str).encode()).hexdigest()[
        :12
    ]
    try:
        policy = TypeAdapter(Policy).validate_python({**data, "version": version})
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        key = ".".join(str(part) for part in first["loc"] if part != "[key]")
        rule = _RULES.get(first["type"], first["msg"])
        raise BadSetup(f"policy.toml, {key}: {rule}.") from None
    _check_order(policy)
    _check_names(policy)
    return policy


def _check_order(policy: Policy) -> None:
    levels = policy.levels
    if not levels.medium <= levels.high <= levels.grave:
        raise BadSetup("policy.toml, levels: medium, high and grave must rise in this order.")
    if policy.links.suggest_from > policy.links.join_from:
        raise BadSetup("policy.toml, links.suggest_from: must not be above links.join_from.")
    for key, starts in (
        ("risk.amounts", [band.from_yuan for band in policy.risk.amounts]),
        ("risk.people", [band.from_count for band in policy.risk.people]),
    ):
        if starts != sorted(set(starts)):
            raise BadSetup(f"policy.toml, {key}: the bands must rise.")


def _check_names(policy: Policy) -> None:
    """Names that nothing bears: a rule on one would never hold, and whoever wrote it would rely on it.

    A label of an office's own scheme is known by its points in ``risk.severity``.
    """
    dangers, evidence = (set(told.values()) for told in (lexicons.danger(), lexicons.evidence()))
    labels = {*load_taxonomy().codes, *policy.risk.severity}
    named: list[tuple[str, Collection[str], set[str]]] = [
        ("risk.danger", policy.risk.danger, dangers),
        ("risk.evidence", policy.risk.evidence, evidence),
    ]
    codes = [rule.code for rule in policy.floors]
    for at, rule in enumerate(policy.floors):
        if not rule.code.strip() or codes.index(rule.code) < at:
            raise BadSetup(f"policy.toml, floors.{at}.code: each rule needs a code of its own.")
        named.append((f"floors.{at}.any_danger", rule.any_danger, dangers))
        if strange := set(rule.any_label) - labels:
            raise BadSetup(
                f"policy.toml, floors.{at}.any_label: {min(strange)} is no label of the taxonomy; "
                "one of your own scheme needs its points in risk.severity first."
            )
    for key, given, known in named:
        if strange := set(given) - known:
            raise BadSetup(f"policy.toml, {key}.{min(strange)}: there are {', '.join(sorted(known))}.")


def _merged(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """Lays ``over`` on ``base``: tables key by key, everything else replaced whole."""
    out = dict(base)
    for key, value in over.items():
        below = out.get(key)
        out[key] = _merged(below, value) if isinstance(below, dict) and isinstance(value, dict) else value
    return out
