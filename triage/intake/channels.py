"""How a report came in, in the words that registers use: Chinese or English, however they are written."""

from __future__ import annotations

import re

from triage.model import Channel
from triage.text.normalise import normalise

_WORDS: dict[Channel, str] = {
    Channel.WEB: "网络 网站 网上 互联网 在线 网页 门户网站 官网 网信 电子邮件 电子邮箱 website online internet email",
    Channel.API: "接口",
    Channel.HOTLINE: "热线 电话 来电 市民热线 热线电话 12345 12388 12345热线 12388热线 12345电话 12388电话 12345市民热线 phone telephone call",
    Channel.LETTER: "来信 信件 信函 书信 邮寄 写信 mail post",
    Channel.VISIT: "来访 走访 上访 接访 当面 visits walkin inperson",
    Channel.CHAT: "聊天 微信 微信公众号 公众号 短信 wechat sms",
    Channel.TRANSFER: "转办 交办 转交 移交 移送 上级转办 上级交办 部门移送 transferred forwarded",
}
_CHANNELS = {word: channel for channel, words in _WORDS.items() for word in (channel.value, *words.split())}
_AROUND = re.compile(r"[\s_-]+")
_BEHIND = re.compile("(?:举报|反映|投诉|受理|渠道|方式|平台|类)+$")


def channel_of(given: object) -> Channel | None:
    """The channel that a word names, None if it names none; a number is one too: 12345."""
    if isinstance(given, bool) or not isinstance(given, str | int):
        return None
    word = _AROUND.sub("", normalise(str(given)).text)
    return _CHANNELS.get(word) or _CHANNELS.get(_BEHIND.sub("", word))
