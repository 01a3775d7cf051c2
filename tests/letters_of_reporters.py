"""A letter that tells who wrote it in every way there is, and what a reading finds in it; all people are invented."""

from __future__ import annotations

from triage.model import Assessment, Entity, EntityKind, Kind, Language, Level, Rank, Reasons, Risk, Role, Weight

LETTER = (
    "我叫欧阳青禾，住柳林村三组12号，电话13812345678，身份证513431196801011234，微信wx_qinghe68。\n"
    "村支书王守田2018年3月把我的危房改造款三万五千元扣下一万，要我把钱打到王守田的卡上6222021234567890123。\n"
    "他骂我：青禾你再告就取消低保。证人是村民何开亮。\n"
    "举报人：欧阳青禾"
)
TITLE = "欧阳青禾反映危房款"
SECRETS = ("欧阳青禾", "青禾", "13812345678", "513431196801011234", "wx_qinghe68", "12号", "三组")
"""What tells who wrote it, or how they are reached."""
OPEN = ("王守田", "6222021234567890123", "何开亮", "柳林村", "三万五千元", "2018年3月", "举报人：")
"""What an investigator needs."""


def entity(kind: EntityKind, text: str, nth: int = 0, letter: str = LETTER, **more: object) -> Entity:
    """The so manyth place of a text in a letter, as a reading marks it."""
    at = -1
    for _ in range(nth + 1):
        at = letter.index(text, at + 1)
    return Entity(kind, text, at, at + len(text), **more)  # type: ignore[arg-type]


def reading(letter: str = LETTER) -> Assessment:
    """What a reader makes of the letter."""
    person, contact = EntityKind.PERSON, EntityKind.CONTACT
    entities = (
        entity(person, "欧阳青禾", 0, letter, role=Role.REPORTER),
        entity(person, "王守田", 0, letter, role=Role.ACCUSED, rank=Rank.VILLAGE),
        entity(person, "王守田", 1, letter, role=Role.ACCUSED),
        entity(person, "何开亮", 0, letter, role=Role.WITNESS),
        entity(person, "欧阳青禾", 1, letter, role=Role.REPORTER),
        entity(EntityKind.PLACE, "柳林村三组", 0, letter, code="513431"),
        entity(EntityKind.PERIOD, "2018年3月", 0, letter, first="2018-03", last="2018-03"),
        entity(EntityKind.AMOUNT, "三万五千元", 0, letter, fen=3_500_000),
        entity(EntityKind.PROGRAMME, "危房改造", 0, letter),
        *(entity(contact, text, 0, letter) for text in (*SECRETS[2:5], OPEN[1])),
    )
    return Assessment(
        categories=("embezzlement",), probabilities={"embezzlement": 0.91}, refer=True, refer_probability=0.97,
        urgent=False, urgent_probability=0.04, risk=Risk(Level.HIGH, 6.5), language=Language.ZH, kind=Kind.ACCUSATION,
        accused_level=Rank.VILLAGE, entities=entities,
        reasons={"embezzlement": Reasons(-1.0, 0.25, (Weight(0, 20, 1.5), Weight(60, 70, 1.0)), 0.1),
                 "refer": Reasons(-1.0, 0.25, (Weight(2, 40, 1.5),), 0.125)},
        reader="linear/1", model="m1",
    )  # fmt: skip
