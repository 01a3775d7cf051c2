"""Who is accused decides who may read a report: a post that takes, orders or shields counts, one that is only told of does not."""

from __future__ import annotations

from datetime import date
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.assess.entities import find_entities
from triage.assess.judging import accused_level
from triage.assess.office_acts import accuses
from triage.model import Rank
from triage.text.normalise import normalise

RECEIVED = date(2019, 6, 1)


def level(text: str) -> Rank:
    plain = normalise(text).text
    return accused_level(find_entities(plain, RECEIVED), plain)


@pytest.mark.parametrize(
    ("text", "rank"),
    [
        ("我给市长送了十万块钱，工程才给我做。", Rank.PREFECTURE),
        ("市长在饭桌上收了老板二十万扶贫回扣。", Rank.PREFECTURE),
        ("市委书记从扶贫款里拿走了三十万。", Rank.PREFECTURE),
        ("举报市委书记受贿，扶贫项目要10%的回扣。", Rank.PREFECTURE),
        ("没人给办，市委书记要了五万才办。", Rank.PREFECTURE),
        ("钱都给了他，市长收了十万。", Rank.PREFECTURE),
        ("为了拿到工程，老板先后五次送给县委书记现金共三十万元。", Rank.COUNTY),
        ("每户交五百，交上去给县长了。", Rank.COUNTY),
        ("老板逢年过节就往县委书记家里送烟酒和红包。", Rank.COUNTY),
        ("我亲眼看见老板把一箱现金塞给市长的司机。", Rank.PREFECTURE),
        ("市长的秘书替市长收了包工头十五万。", Rank.PREFECTURE),
        ("县长的秘书打电话来，叫我们把新盖的房子都算成贫困户的。", Rank.COUNTY),
        ("州长的侄子开的公司拿走了所有的光伏扶贫项目。", Rank.PREFECTURE),
        ("市长家占了扶贫羊场三成干股。", Rank.PREFECTURE),
        ("听说省委书记包庇他的老部下，我们告了三年都压下来了。", Rank.PROVINCE),
        ("省里那个厅长来检查的时候拿了县里五万块的红包。", Rank.PROVINCE),
        ("副省长打电话给县里，要求把检查组的结论改了。", Rank.PROVINCE),
        ("县长让我们把没脱贫的都填成脱贫。", Rank.COUNTY),
        ("县长为了政绩，强令我们把果树砍了种烟。", Rank.COUNTY),
        ("县委书记大会上公开讲，谁上访就停谁的低保。", Rank.COUNTY),
        ("修路的钱被县长截下来盖了招待所。", Rank.COUNTY),
        ("县长却把我们的举报信转给了被举报人。", Rank.COUNTY),
        ("请查处市长，他在扶贫搬迁中收受贿赂。", Rank.PREFECTURE),
        ("上面有市长撑腰，村支书才敢这么贪。", Rank.PREFECTURE),
        ("钱是县长的司机来拿的，一共六万。", Rank.COUNTY),
        ("没有县长点头，谁敢把贫困户的钱拿去修大楼。", Rank.COUNTY),
    ],
)
def test_whoever_takes_orders_a_falsehood_or_shields_his_own_is_accused(text: str, rank: Rank) -> None:
    assert level(text) is rank


@pytest.mark.parametrize(
    "text",
    [
        "省委书记要求脱贫路上不落一人，可我们村的低保还是评给了有钱人。",
        "市长要求严查，结果村主任还是收了我们每户200元。",
        "希望市委书记安排人来调查村支书王发财私分扶贫款一事。",
        "县委书记要求如实上报，不许瞒报，乡里却叫我们写假的。",
        "我给市长写过三封信，一直没有回音，村支书照样扣我的钱。",
        "我已经把村支书收钱的录音交给了县长。",
        "向县委书记举报三河村村支书王守田私分救济粮。",
        "求县长替我们这种没有靠山的人做一回主，村主任占了我家的地。",
        "县长打来电话慰问我们，老人都很高兴。",
        "副县长包我们村，去年给我们拿来了两百只鸡苗。",
        "县长给我们贫困户每家送了一千块慰问金。",
        "州长来慰问老党员，每人发了五百元，村里又收回去三百。",
        "县长和我们一起种树，中午在我家吃的面条，还给了饭钱。",
        "县长收到我们的信以后派人来量了地，非常感谢。",
        "县长收缴了村主任私分的三万元，退给了我们。",
        "县长把我们的信批给了乡里，乡里又批给了村里，村里就不管了。",
        "县长在大会上说了，谁也不许克扣低保款，村主任不听。",
        "县长让我们别怕，谁扣了低保就举报谁。",
        "听说新来的县长很正派，不收礼，我们才敢写这封信。",
        "市长不知道，都是村里几个人瞒着上面骗的补贴。",
        "村主任王二狗冒充县长的亲戚，收了我们每户三百元。",
        "村支书仗着跟县长是同学，谁也不放在眼里。",
        "市长的女儿来我们村支教，教得很好。",
        "市长的秘书接了电话，让我们把材料寄过去。",
        "县长伯伯，我们收到了四百六十本书。",
        "市委书记让各县自查，我们村的会计就把旧账烧了。",
    ],
)
def test_whoever_is_only_asked_thanked_quoted_or_obeyed_is_not_accused(text: str) -> None:
    assert level(text) <= Rank.TOWNSHIP


def test_a_letter_to_the_head_of_the_desk_accuses_the_village_secretary_of_whom_it_tells() -> None:
    assert level("县纪委书记张建国同志：我举报三河村村支书王守田私分救济粮八千斤。") is Rank.VILLAGE
    assert level("县纪委副书记李强收了老板三万元。") is Rank.COUNTY


def test_kin_without_end_are_passed_over_in_no_time() -> None:
    text = "主任,他" + "妹" * 20_000
    began = perf_counter()
    assert not accuses(text, 0, 2)
    assert perf_counter() - began < 5


def test_a_name_between_the_post_and_what_it_did_changes_nothing() -> None:
    assert level("市长李建国收了包工头一辆轿车和二十万现金。") is Rank.PREFECTURE


ACCUSED_IN_FORMS = [
    "被举报人：李国华，男，1965年生，毕节市市长。\n问题：收受贿赂50万元。",
    "被举报人：李国华，男，汉族，毕节市委书记。\n其收受贿赂50万元。",
    "被举报人基本情况：李国华，男，1965年生，毕节市市长。\n问题：收受贿赂50万元。",
    "一、被举报人基本情况\n李国华，男，1965年生，毕节市副市长。\n二、问题\n收受贿赂50万元。",
    "被举报人基本情况\n姓名：李国华  性别：男  职务：毕节市副市长\n举报事项：收受贿赂50万元。",
    "被举报人姓名：李国华\n被举报人单位：毕节市人民政府\n被举报人职务：副市长\n举报内容：收受贿赂50万元。",
    "被举报人：李国华\n单位：毕节市扶贫办\n职务：主任\n问题：收受贿赂50万元。",
    "被举报人：李国华\n工作单位及职务：毕节市扶贫办主任\n问题：收受贿赂50万元。",
    "姓名：李国华\n单位职务：毕节市扶贫办主任\n问题：收受贿赂50万元。",
    "举报对象：李国华（毕节市市长）\n事由：收受贿赂50万元。",
    "檢舉對象：李國華（畢節市市長）\n事由：收受賄賂五十萬元。",
    "被檢舉人基本資料\n姓名：李國華　性別：男　職稱：畢節市副市長\n事由：收受賄賂五十萬元。",
    "被反映人：李国华，毕节市委常委、副市长。",
    "被举报人：王德海，三河村村支书；李国华，毕节市副市长。",
    "被举报人：\n1、王德海，三河村村支书\n2、李国华，毕节市副市长\n事实：套取扶贫款。",
    "被举报人：李国华，任毕节市市长期间，安排老板承包工程。",
    "举报李国华，男，现任毕节市委书记。",
    "我要举报李国华（毕节市市长）。",
]


@pytest.mark.parametrize("text", ACCUSED_IN_FORMS)
def test_a_post_that_a_form_tells_of_the_accused_is_his_however_far_from_the_name(text: str) -> None:
    """The standard form of a letter: where nothing acts in the line with the name, the office under a mayor read it."""
    assert level(text) is Rank.PREFECTURE


@pytest.mark.parametrize(
    "text",
    [
        "被举报人：王德海，三河村村支书。\n受理人：毕节市市长。",
        "被举报人：王德海，三河村村支书。  收信人：毕节市市长。",
        "被举报人：王德海，男，三河村村支书，毕节市市长之子。",
        "被举报人：王德海，男，三河村村支书，其父毕节市市长。",
        "被举报人：王德海，三河村村支书。毕节市市长您好，请您过问。",
        "被举报人：王德海，三河村村支书，多次向毕节市市长求情。",
        "被举报人：王德海，三河村村支书，自称认识市长。",
        "被举报人：王德海，男，三河村村支书。\n此信抄送毕节市市长。",
        "被举报人：王德海，三河村村支书\n举报人：李梅\n职务：毕节市扶贫办主任",
        "被举报人：王德海，单位：贵州省毕节市威宁县三河村，职务：村支书。",
        "被举报人：王德海\n单位：贵州省毕节市威宁县石门乡三河村\n职务：村支书\n问题：扣低保款。",
        "被举报人王德海，三河村村支书，市长已经批示查处，乡里不办。",
        "我叫李梅，女，43岁，毕节市扶贫办主任。举报三河村村支书王德海扣低保款。",
    ],
)
def test_a_post_under_another_heading_or_in_a_longer_phrase_is_not_that_of_the_accused(text: str) -> None:
    assert level(text) is Rank.VILLAGE


@pytest.mark.parametrize(
    ("text", "rank"),
    [
        ("昭觉县纪委一把手收了村支书五万元。", Rank.COUNTY),
        ("昭觉县纪委主要负责人收了村支书五万元。", Rank.COUNTY),
        ("市委主要领导收了老板五十万元。", Rank.PREFECTURE),
        ("县委一把手要求严查，村支书还是收了钱。", Rank.VILLAGE),
        ("企业主要负责人到村里看望了我们。", Rank.NONE),
        ("我们向县纪委主要负责人反映过。", Rank.NONE),
        ("家里的一把手是我老婆。", Rank.NONE),
    ],
)
def test_whoever_heads_a_body_holds_a_post_by_that_word_too(text: str, rank: Rank) -> None:
    assert level(text) is rank


@given(
    st.text("市长县委书记给送收了钱十万,。他说要求严查把被我们的秘书举报请", max_size=60),
    st.integers(0, 59),
    st.integers(0, 4),
)
def test_any_text_is_judged_without_stumbling(text: str, start: int, length: int) -> None:
    end = min(len(text), start + length)
    assert accuses(text, min(start, end), end) in {True, False}


@pytest.mark.parametrize(
    ("text", "rank"),
    [
        ("县委宣传部长要我们凑钱做展板。", Rank.COUNTY),
        ("县委组织部长收了五万。", Rank.COUNTY),
        ("市委组织部长收了五万。", Rank.PREFECTURE),
        ("中央宣传部部长收了五万。", Rank.NATION),
        ("组织部长收了五万。", Rank.COUNTY),
        ("县政法委书记把我抓起来关了三天。", Rank.COUNTY),
        ("县公安局长派人把我抓了。", Rank.COUNTY),
        ("县委办主任收了五万。", Rank.COUNTY),
        ("县人大常委会主任收了五万。", Rank.COUNTY),
        ("县检察院检察长收了五万。", Rank.COUNTY),
        ("地区专员收了五万。", Rank.PREFECTURE),
        ("原县长刘某收了老板二百万。", Rank.COUNTY),
        ("时任县长收了五万。", Rank.COUNTY),
    ],
)
def test_a_head_of_a_committee_or_a_court_stands_on_the_level_before_it(text: str, rank: Rank) -> None:
    assert level(text) is rank


@pytest.mark.parametrize(
    ("text", "rank"),
    [
        ("县委书记和县长一起把一千万扶贫款分了。", Rank.COUNTY),
        ("县长、乡长、村长三个人分了二十万。", Rank.COUNTY),
        ("从县长到村长都拿了好处。", Rank.COUNTY),
        ("上至市委书记下至村支书都收了钱。", Rank.PREFECTURE),
        ("县长、乡长都来看过，村支书把钱扣了。", Rank.VILLAGE),
        ("县长到村长家慰问，村长收了五万。", Rank.VILLAGE),
        ("向县长、乡长反映村支书收了五万。", Rank.VILLAGE),
    ],
)
def test_posts_that_are_named_together_are_accused_together(text: str, rank: Rank) -> None:
    assert level(text) is rank


@pytest.mark.parametrize(
    ("text", "rank"),
    [
        ("县扶贫办赵主任要了两成回扣。", Rank.COUNTY),
        ("县委的李书记收了八万。", Rank.COUNTY),
        ("市扶贫局的张局长收了五万。", Rank.PREFECTURE),
        ("昭觉县三河村的李主任收了五千。", Rank.NONE),
        ("我去县里找赵主任，村支书收了五千。", Rank.VILLAGE),
        ("县扶贫办的赵主任说不归他管，村支书收了五千。", Rank.VILLAGE),
    ],
)
def test_who_acts_under_surname_and_title_stands_on_the_level_of_the_office_before(text: str, rank: Rank) -> None:
    assert level(text) is rank


@pytest.mark.parametrize(
    ("text", "rank"),
    [
        ("县委副书记把扶贫款三十万拿去炒股。", Rank.COUNTY),
        ("县人大主任占了六套安置房。", Rank.COUNTY),
        ("县政协副主席吃低保。", Rank.COUNTY),
        ("旗委书记收回扣。", Rank.COUNTY),
        ("省长家的亲戚包了公路。", Rank.PROVINCE),
        ("市委书记的秘书打电话，叫县里把没脱贫的全部报成脱贫。", Rank.PREFECTURE),
        ("乡长当众说谁再去省里告就让谁家的娃读不成书。", Rank.TOWNSHIP),
        ("县长派人查村支书贪污的事。", Rank.VILLAGE),
        ("县长分了任务给各村。", Rank.NONE),
        ("县长拿去给群众发了。", Rank.NONE),
        ("县委书记定为脱贫示范村。", Rank.NONE),
    ],
)
def test_who_takes_occupies_or_shares_out_is_told_from_who_does_his_work(text: str, rank: Rank) -> None:
    assert level(text) is rank


@pytest.mark.parametrize(
    ("text", "rank"),
    [
        ("县太爷收了老板二十万。", Rank.COUNTY),
        ("县领导收了老板二十万。", Rank.COUNTY),
        ("市里的一把手收了老板二十万。", Rank.PREFECTURE),
        ("省领导收了老板二十万。", Rank.PROVINCE),
        ("一个正处级干部收了老板二十万。", Rank.COUNTY),
        ("一个厅级干部收了老板二十万。", Rank.PREFECTURE),
        ("国务院扶贫办主任张国强收了老板二十万。", Rank.NATION),
        ("中央纪委书记张国强收了老板二十万。", Rank.NATION),
        ("县领导要求严查，村主任还是收了钱。", Rank.VILLAGE),
        ("感谢市领导关心，村里的路修好了。", Rank.NONE),
        ("我给县领导写过三封信，没有回音。", Rank.NONE),
    ],
)
def test_an_office_told_by_its_level_alone_counts_where_it_acts(text: str, rank: Rank) -> None:
    assert level(text) is rank


@pytest.mark.parametrize(
    "clause",
    [
        "县长收受财物",
        "县长侵吞公款",
        "县长虚报人数",
        "县长包庇村支书",
        "县长指使下面造表",
        "县长吃空饷",
        "县长打了招呼",
        "县长压着不办",
        "县长优亲厚友",
        "县长霸占了三亩地",
        "县长吃着低保",
        "县长明知数字是假的",
        "县长收了三万",
        "县长拿了五万",
        "县长索要红包",
        "县长抽了一成",
        "县长安排会计做假账",
        "县长让人代签字",
        "县长叫人截访",
        "县长下令不准上访",
        "县长要求每户交三百块钱",
        "县长把林场给了亲戚",
        "县长把地租给了老板",
        "县长把举报压下",
        "县长把款转到个人账户",
        "县长把我的名字泄露",
        "请查处我县的县长",
        "我要告的就是县长",
        "打款给县长三万",
        "我们给县长送了十万",
        "钱被县长截下来",
        "县长在后面撑腰",
        "他的后台就是县长",
        "没有县长点头谁敢",
        "县长的侄子开的公司拿走了工程",
        "钱都进了县长儿子的口袋",
        "县长说谁上访就停谁的低保",
        "钱是县长的司机来拿的",
    ],
)
def test_each_wording_of_a_wrong_accuses_the_holder_of_the_post(clause: str) -> None:
    at = clause.index("县长")
    assert accuses(clause, at, at + 2)


@pytest.mark.parametrize(
    "clause",
    [
        "县长从不贪污",
        "恳请县长严查贪污",
        "县长要求各村严查造假",
        "县长发现会计贪污",
        "县长掏钱",
        "把材料送给县长",
        "自称认识县长",
        "县长收到来信",
        "县长没有收礼",
        "村支书向县长反映贪污",
        "县长说村里造假",
    ],
)
def test_who_is_asked_told_quoted_or_does_right_is_not_accused(clause: str) -> None:
    at = clause.index("县长")
    assert not accuses(clause, at, at + 2)
