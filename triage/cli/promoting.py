"""`triage train --with-reviews`: trains on what people decided, shows the gate's report, and lets the model through or not."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from triage.cli.output import print_json, say, steps, table

if TYPE_CHECKING:
    from corpora.reports import LabelledReport
    from models.registry import Registry
    from triage.learning.gate import Gate
    from triage.learning.link_gate import LinkGate
    from triage.learning.reviewed import Parted
    from triage.settings import Settings

LINK_PARTS = {"judged": "留存判断 judged pairs kept aside", "authored": "留存语料 held-back pairs of the corpus"}
PARTS = {"reviews": "留存复核 reviews kept aside", "authored": "留存语料 held-back fifth of the corpus"}


def train_with_reviews(data: list[Path] | None, settings: Settings, force: str | None, *, as_json: bool) -> None:
    """Trains, measures beside the model in use, and promotes or refuses; a refusal ends with status 1.

    Raises:
        BadInput: the reason for forcing is empty, or the accurate reader is in use.
    """
    from triage.errors import BadInput

    if force is not None and not force.strip():
        raise BadInput("force", "empty", "Say why the gate is passed over; the reason is kept in the audit log.")
    decided, gate, links = _promoted(data, settings, force)
    if as_json:
        counts = {"learned_from": len(decided.learned), "kept_aside": len(decided.aside)}
        print_json({**gate.told(), **counts, "links": links.told()})
    else:
        told = f"{gate.new}; {len(decided.learned)} of its reports were decided by people"
        say(f"训练完成，其中人工复核 {len(decided.learned)} 件 · Trained {told}.")
        print_gate(gate)
        print_link_gate(links)
    if gate.outcome == "refused":
        raise typer.Exit(1)


def _promoted(data: list[Path] | None, settings: Settings, force: str | None) -> tuple[Parted, Gate, LinkGate]:
    """The decided reports, and what the gates say of a model and of links that learned from them."""
    from models.registry import Registry
    from triage.cli.workplace import opened_store, own_access
    from triage.learning import load, recipe
    from triage.learning.judged import judged_pairs
    from triage.learning.link_gate import renew_judged
    from triage.learning.promoting import in_use, promote, train_reviewed
    from triage.learning.reviewed import parted
    from triage.policy import load_policy

    registry = Registry(settings.models_dir)
    before = in_use(registry)
    links: list[LinkGate] = []
    with opened_store(settings) as store, steps() as progress:
        access = own_access(store, settings)
        authored: list[LabelledReport] = load(data)
        decided = parted(store.reviews.decided(access, "train"), authored)
        policy = load_policy(settings.data_dir)
        model, gate = train_reviewed(authored, decided, before, spec=recipe(data), policy=policy, progress=progress)
        progress("links", 0, 1)
        gate = promote(
            model,
            gate,
            registry,
            authored,
            force=force,
            prepare=lambda folder: links.append(renew_judged(folder, authored, judged_pairs(store, access), policy)),
            note=lambda found: store.note_act(access, f"model {found.outcome}", (), **_detail(found)),
        )
    return decided, gate, links[0]


def _detail(gate: Gate) -> dict[str, str]:
    """What the audit log keeps of an outcome."""
    detail = {"model": gate.new, "before": gate.old or "", "stops": " ".join(gate.stops)}
    return detail if gate.forced is None else {**detail, "reason": gate.forced}


def demand_gate(registry: Registry, version: str, settings: Settings, force: str | None) -> None:
    """Stops a model that the gate refused, or that needs one and has none, unless a reason is given, which is audited.

    A training that was ended before its gate was written leaves such a model.

    Raises:
        BadInput: the gate refused it, or nothing tells what the gate said.
    """
    from triage.cli.workplace import opened_store, own_access
    from triage.errors import BadInput
    from triage.learning.gate import read_gate

    folder = registry.path(version)
    gate = read_gate(folder) or {}
    outcome = gate.get("outcome")
    if outcome in ("passed", "forced") or (outcome is None and not _learned_from_reviews(folder)):
        return
    if force is None or not force.strip():
        if outcome is None:
            sentence = "It learned from decided reports, and no report of the gate stands beside it that can be read: "
            raise BadInput("version", "not_measured", sentence + "train again, or say --force with a reason to use it.")
        fell = any(str(stop).startswith("fell_") for stop in gate.get("stops") or ())
        why = "Refer recall fell with it" if fell else "The gate refused it"
        raise BadInput("version", "refused_by_gate", f"{why}: say --force with a reason to use it.")
    with opened_store(settings) as store:
        detail = {"model": version, "before": registry.current() or "", "reason": force}
        store.note_act(own_access(store, settings), "model forced", (), **detail)


def _learned_from_reviews(folder: Path) -> bool:
    from models.saved import read_manifest

    return bool(read_manifest(folder)["about"].get("reviewed"))


def bring_into_use(registry: Registry, version: str, settings: Settings, *, back: bool = False) -> None:
    """Makes a version current, or goes back to it; the audit log, where there is a store, knows of it first.

    Raises:
        ModelError: there is no such version, or it cannot be used.
    """
    from models.readers import reader_in
    from triage.store.database import sqlite_file

    reader_in(registry.path(version))
    file = sqlite_file(settings)
    if file is None or file.is_file():
        _note_use({"model": version, "before": _in_use(registry)}, settings)
    if back:
        registry.roll_back()
    else:
        registry.use(version)


def _in_use(registry: Registry) -> str:
    """The version in use; empty where there is none, or nobody can tell which."""
    from models.errors import ModelDamaged

    try:
        return registry.current() or ""
    except ModelDamaged:
        return ""


def _note_use(detail: dict[str, str], settings: Settings) -> None:
    """Under the token of the command line, as far as it has one: on a server choosing a model needs none."""
    from triage.cli.workplace import opened_store, own_access
    from triage.errors import BadSetup, NotAuthenticated
    from triage.store import AuditEntry

    with opened_store(settings) as store:
        try:
            by = own_access(store, settings)
            entry = AuditEntry(by.principal, by.role.value, "model used", (), by.purpose, detail)
        except (BadSetup, NotAuthenticated):
            entry = AuditEntry("command line", "", "model used", (), "", detail)
        store.note([entry])


def print_gate(gate: Gate) -> None:
    """The report of the gate, in words."""
    for part in gate.parts:
        told = part.told()
        table(
            f"{PARTS[part.name]}: {told['rows']} 件，应移送 {told['referable']} 件 · "
            f"{told['rows']} reports, {told['referable']} to be referred",
            ("", f"在用 in use {gate.old or '—'}", f"新 new {gate.new}"),
            [(name, _shown(told["old"], key), _shown(told["new"], key)) for name, key in _LINES],
        )
        for line in _sentences(told):
            say(line)
    say(_OUTCOMES[gate.outcome])
    for stop in gate.stops:
        say(f"  {_STOPS[stop]}")
    if gate.unknown:
        say(
            f"  新模型不再识别的类别 · Categories of the model in use that the new one does not know: {', '.join(gate.unknown)}"
        )
    if gate.outcome == "refused":
        say(
            "  仍用原来的模型 · The model in use stays. "
            "`triage train --with-reviews --force REASON` passes over the gate."
        )


def print_link_gate(gate: LinkGate) -> None:
    """What people judged of pairs, and whether links learn from it, in words."""
    if not gate.learned:
        say("  串并没有可学的人工判断 · Links: nobody judged pairs that can be learned from yet.")
        return
    say(f"  串并 · Links: learned from {gate.learned} judged pairs, {gate.aside} kept aside.")
    for part in gate.parts:
        before, after = part.without, part.having
        say(
            f"  {LINK_PARTS[part.name]}: 错并 joined wrongly {before.wrongly} → {after.wrongly}, "
            f"正确并案 joined rightly {before.rightly} → {after.rightly} of {before.same}"
        )
    if not gate.passed:
        say("  未采用 · Not used: with them more would be joined that belongs apart; links are those of the corpus.")


_LINES = (
    ("移送召回 refer recall", "refer_recall"),
    ("  95 %", "refer_recall_95"),
    ("移送精度 refer precision", "refer_precision"),
    ("紧急召回 urgent recall", "urgent_recall"),
    ("类别 macro-F1", "macro_f1"),
)
_STOPS = {
    **{f"fell_{name}": f"移送召回下降 refer recall fell on: {words}" for name, words in PARTS.items()},
    "refer_unanswered": "新模型不答移送 · The new model proposes no report for referral: its data do not say both yes and no.",
    "other_in_use": "其间已启用别的模型 · Another model came into use meanwhile, which it was not measured beside: train again.",
}
_OUTCOMES = {
    "passed": "通过 · Passed: refer recall does not fall; in use, running workers take it up at once.",
    "forced": "强制启用 · Forced past the gate, with its reason in the audit log; in use, running workers take it up at once.",
    "refused": "未通过 · Refused: the new model would miss more of the reports that are to be referred, or nobody knows whether it would.",
}


def _shown(told: dict[str, Any] | None, key: str) -> str:
    value = None if told is None else told[key]
    if value is None:
        return "—"
    return "–".join(f"{one:.3f}" for one in value) if isinstance(value, list) else f"{value:.4f}"


def _sentences(told: dict[str, Any]) -> list[str]:
    """What the counts say, and how far they can be relied on."""
    if not told["rows"]:
        return ["  没有留存的复核 · No decided report is kept aside yet: these tell nothing."]
    lines = []
    if told["old"] is not None:
        lines.append(
            f"  新漏 {told['lost']}，新找到 {told['won']} · The new model loses {told['lost']} and gains {told['won']} of the "
            "reports to be referred."
        )
    if told["chance"] is not None and told["lost"] > told["won"]:
        often = f"{told['chance']:.0%}" if told["chance"] >= 0.01 else "less than 1%"
        lines.append(f"  偶然如此的可能 · By chance alone so many would be lost in {often} of such comparisons.")
    if told["few"]:
        lines.append(
            f"  只有 {told['referable']} 份，结论不牢 · Only {told['referable']} to be referred: a small set, which alone "
            "proves little."
        )
    return lines
