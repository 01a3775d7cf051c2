"""Draws everything found in a text together: risk with its points and floors, kind, reasons in original offsets.

The scorecard adds; the floor rules set the least level, which no score lowers. Where no label reached its threshold, or
the text is in a script that the readers do not know, a person reads the report: the level is PERSON, unless rules or
score ask for more.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache

from corpora.taxonomy import load_taxonomy
from models.category import Scores
from models.reasons import Explanation
from triage.assess.findings import Findings
from triage.assess.grounds import of_accused, of_rule, passages_of
from triage.assess.office_acts import accuses, acts_together, rank_before
from triage.assess.sheets import offices_told
from triage.assess.view import View
from triage.errors import NoModel
from triage.model import Assessment, Entity, EntityKind, Kind, Language, Level, Point, Rank, Reasons, Risk, Role, Weight
from triage.policy import Facts, Policy
from triage.text.money_by_heads import find_products
from triage.text.signals import Signal

# What an appeal is against: a decision on somebody
_DECISION = "(?:处分|处理|决定|结论)"
_APPEAL = re.compile(
    "|".join(
        (
            # 不服县里的处理
            rf"申诉|不服.{{0,12}}{_DECISION}|撤销.{{0,8}}处分|appeal against",
            # 请对处分决定进行复核; 低保年度复核 is no appeal
            rf"{_DECISION}(?:意见|决定|结果)?[^。；;\n]{{0,12}}复核",
            # 要求复核处理决定
            r"复核[^。；;，,\n]{0,6}(?:处分|处理决定|处理意见)",
            "信访复核",
        )
    )
)
_SHORT, _LONGEST_JOIN = 40, 3
# Only of these things is it a wrong to receive them: money, about ¥2,000, a car
_RECEIVED = r"(?:(?:about|over|nearly|more than|some) )?(?:[\d¥]|rmb|money|cash|bribes?|gifts?|an? (?:bribe|gift|envelope|kickback|sum|car|flat))"
_ACTS = (
    # took 5,000, demanded a share
    "took|takes?|taken|asked|demand(?:s|ed)|forced|kept|pocketed|threatened",
    # told us to sign, ordered the accountant
    "told (?:us|all|every|the|me|them)|made us|order(?:s|ed)",
    # beat my brother, accepted cash
    rf"beat|(?:received|accept(?:s|ed))(?= {_RECEIVED})",
    # stole, charged every household, forged the list
    "stole|stolen|embezzled|sold|collect(?:s|ed)|charged|deducted|withheld|cheated|forged|bribed",
)
# The mayor | of Zhaotong, who has himself
_BEFORE_ACTS = r"(?: of (?!the )[a-z'’-]+(?: [a-z'’-]+)?)?(?:,? who)? (?:(?:has|had|have|also|then|again|still|even|himself|herself|personally) ){0,2}"
_ACTS_IN_ENGLISH = re.compile(rf"{_BEFORE_ACTS}(?:{'|'.join(_ACTS)})\b")
# We paid 30,000 yuan to | the city party secretary
_PAID_IN_ENGLISH = re.compile(
    r"\b(?:paid|gave|sent|handed|bribed|bought|transferred)\b[^.;!?\n]{0,60}?\b(?:the|our|this|that) $"
)


def assessment_of(found: Findings, policy: Policy) -> Assessment:
    """The assessment of a text from its findings.

    Raises:
        NoModel: the categories were not read.
    """
    scores = found.scores
    if scores is None:
        raise NoModel("The text was not read for categories; the pipeline lacks its model.")
    if found.language is Language.OTHER:
        # What no reader understands says nothing: no label, no proposal, no reason, and a person reads it.
        scores = replace(scores, categories=(), flags={}, reasons={}, beneath=None)
    entities = entities_in(found)
    accused = accused_level(found.entities, found.view.text)
    risk = _risk(found, scores, accused, policy)
    if scores.beneath is not None:
        risk = _not_below(_risk(found, scores.beneath, accused, policy), risk)
    return Assessment(
        categories=scores.categories,
        probabilities=scores.probabilities,
        refer=scores.flags.get("refer", False),
        refer_probability=scores.flag_probabilities.get("refer", 0.0),
        urgent=scores.flags.get("urgent", False),
        urgent_probability=scores.flag_probabilities.get("urgent", 0.0),
        risk=risk,
        language=found.language,
        kind=_kind(found, scores),
        accused_level=accused,
        entities=entities,
        reasons={label: _reasons(why, found.view) for label, why in scores.reasons.items()},
        reader=found.reader,
        model=found.model,
        taxonomy=taxonomy_version(),
        policy=policy.version,
    )


def accused_level(entities: tuple[Entity, ...], text: str) -> Rank:
    """The level of the highest post among the accused, as far as the text says.

    A person's own rank counts, the post that touches the name or that a form tells (被举报人：…，男，…市长), and a post that
    acts, with a name or without one, whatever role was read into the name (the mayor took, Secretary Li had us sign): a
    report above the own level must not slip by because a role was misread. A post in an address or a plea is none of
    these.

    Args:
        entities: with offsets in ``text``.
        text: the assessed text.
    """
    people = [e for e in entities if e.kind is EntityKind.PERSON]
    posts = [e for e in entities if e.kind is EntityKind.POSITION]
    accused = [person for person in people if person.role is Role.ACCUSED]
    ranks = [*(person.rank for person in accused), *offices_told(text, posts, accused)]
    begins = sorted({e.start for e in (*people, *posts)})
    for person in accused:
        office = rank_before(text, person.start, person.end)
        if office > person.rank and accuses(text, person.start, person.end, others=begins):
            ranks.append(office)
    accused_from, accused_to = {p.start for p in accused}, {p.end for p in accused}
    named: dict[int, list[int]] = {}
    for person in people:
        named.setdefault(person.start, []).append(person.end)
    together = 0  # where the post begins that was last found to act
    for post in sorted(posts, key=lambda one: -one.start):
        behind = (post.end, post.end + 1)
        beside = not (accused_from.isdisjoint(behind) and accused_to.isdisjoint((post.start - 1, post.start)))
        ends = [post.end, *(end for start in behind for end in named.get(start, ()))]
        paid = _PAID_IN_ENGLISH.search(text, max(0, post.start - 90), post.start) is not None
        if (beside or paid) or any(
            _ACTS_IN_ENGLISH.match(text, end)
            or accuses(text, post.start, end, others=begins)
            or (end <= together <= end + _LONGEST_JOIN and acts_together(text, post.start, end, together))
            for end in ends
        ):
            ranks.append(post.rank)
            together = post.start
    return max(ranks, default=Rank.NONE)


def _risk(found: Findings, scores: Scores, accused: Rank, policy: Policy) -> Risk:
    fen, *told = _largest(found)
    sums = (found.view.span(*told),) if fen else ()
    points = _points(
        found, scores, accused, policy, Point("amount", policy.risk.amount_points(fen) if fen else 0.0, sums)
    )
    score = round(sum(point.points for point in points), 4)
    facts = Facts(
        refer=scores.flags.get("refer", False),
        urgent=scores.flags.get("urgent", False),
        labels=frozenset(scores.categories),
        dangers=frozenset(signal.value for signal in found.signals if signal.kind == "danger"),
        order=any(signal.kind == "order" for signal in found.signals),
        fen=fen,
        rank=accused,
    )
    rules = [rule for rule in policy.floors if rule.holds(facts)]
    floor = tuple(Point(rule.code, 0.0, of_rule(rule, found, scores, sums, accused)) for rule in rules)
    levels = [policy.levels.of(score), *(rule.level for rule in rules)]
    level = max(levels, key=lambda level: level.rank)
    if level is Level.LOW and not scores.categories:
        level = Level.PERSON
    return Risk(level, score, floor, points)


def _largest(found: Findings) -> tuple[int, int, int]:
    """The largest sum in fen, told outright or by the head (每户五百，三十六户), and where it is told; nothing where none is."""
    told = [(entity.fen, entity.start, entity.end) for entity in found.entities if entity.fen]
    told += [(by.fen, by.start, by.end) for by in find_products(found.view.text, found.entities)]
    return max(told, key=lambda one: one[0], default=(0, 0, 0))


def _not_below(fast: Risk, risk: Risk) -> Risk:
    """A further reader's risk, raised to what the fast reader found: it may add to it and never take away."""
    kept = tuple(point for point in fast.floor if point.code not in {own.code for own in risk.floor})
    if fast.level.rank > risk.level.rank:
        return replace(risk, level=fast.level, floor=(*risk.floor, *kept, Point("fast_reader", 0.0)))
    return replace(risk, floor=(*risk.floor, *kept))


def _points(found: Findings, scores: Scores, accused: Rank, policy: Policy, amount: Point) -> tuple[Point, ...]:
    """The lines of the scorecard that are not zero, in the order of the policy; ``amount`` is that of the largest sum."""
    risk = policy.risk
    labels = sorted(scores.categories, key=lambda code: (-risk.label_points(code), code))
    points = [
        Point(
            f"label:{code}",
            risk.label_points(code) * (risk.further_label if place else 1.0),
            passages_of(scores.reasons.get(code), found),
        )
        for place, code in enumerate(labels)
    ]
    points.append(amount)
    people = max((s for s in found.signals if s.kind == "people"), key=lambda signal: int(signal.value), default=None)
    if people and labels:
        points.append(
            Point("people", risk.people_points(int(people.value)), (found.view.span(people.start, people.end),))
        )
    points.append(Point("accused_rank", risk.rank_points(accused), of_accused(found, accused)))
    points += _kinds(found, "evidence", risk.evidence, risk.evidence_cap)
    points += _kinds(found, "danger", risk.danger, risk.danger_cap)
    for flag, given in (("refer", risk.refer), ("urgent", risk.urgent)):
        if scores.flags.get(flag):
            points.append(Point(flag, given, passages_of(scores.reasons.get(flag), found)))
    return tuple(point for point in points if point.points > 0)


def _kinds(found: Findings, kind: str, weights: dict[str, float], cap: float) -> list[Point]:
    """One line for each kind of evidence or danger named, together at most ``cap``."""
    first: dict[str, Signal] = {}
    for signal in found.signals:
        if signal.kind == kind:
            first.setdefault(signal.value, signal)
    points, left = [], cap
    for value, signal in sorted(first.items(), key=lambda entry: (-weights.get(entry[0], 0.0), entry[0])):
        given = min(weights.get(value, 0.0), left)
        left -= given
        points.append(Point(f"{kind}:{value}", given, (found.view.span(signal.start, signal.end),)))
    return points


def _kind(found: Findings, scores: Scores) -> Kind:
    """What a report is by the work rules; a proposal like everything else here."""
    taxonomy = load_taxonomy()
    if _APPEAL.search(found.view.text):
        return Kind.APPEAL
    if found.language is Language.OTHER or not scores.categories:
        return Kind.WITHOUT_SUBSTANCE if len(found.view.text.strip()) < _SHORT else Kind.CRITICISM
    known = [category for code in scores.categories if (category := taxonomy.get(code))]
    if any(category.misconduct for category in known):
        named = any(entity.kind is not EntityKind.PERIOD for entity in found.entities)
        return Kind.ACCUSATION if named or len(found.view.text) >= _SHORT else Kind.WITHOUT_SUBSTANCE
    return Kind.OUT_OF_SCOPE if "irrelevant" in scores.categories else Kind.CRITICISM


def entities_in(found: Findings) -> tuple[Entity, ...]:
    """What was marked, with offsets and wording of the text as received."""
    return tuple([_original(entity, found) for entity in found.entities])


def _original(entity: Entity, found: Findings) -> Entity:
    """An entity with offsets and wording of the text as received."""
    start, end = found.view.span(entity.start, entity.end)
    text = found.text[start:end]
    if (start, end, text) == (entity.start, entity.end, entity.text):
        return entity
    return replace(entity, text=text, start=start, end=end)


def _reasons(why: Explanation, view: View) -> Reasons:
    """The model's arithmetic with spans of the text as received; the weights are untouched."""
    if isinstance(view.starts, range):
        spans = tuple(map(Weight._make, why.spans))
    else:
        spans = tuple([Weight(*view.span(span.start, span.end), span.weight) for span in why.spans])
    return Reasons(why.bias, why.document, spans, why.rest)


@lru_cache(maxsize=1)
def taxonomy_version() -> str:
    """The version that assessments bear."""
    return load_taxonomy().version
