"""Words for what people are known by elsewhere, which the reading (``contacts``) and the covering (``reached``) both look for.

The covering looks for more of them, and for other ways to write them: it may cover a word too many.
"""

from __future__ import annotations

APPS = ("抖音", "快手", "支付宝")
PENGUIN = "企鹅"
"""QQ by its sign."""
PASSPORT = "护照"
WECHAT = "微薇威"
"""What stands before 信: 微信, and 薇信 and 威信, which no filter stops."""
