"""The parts of an installation and the states each can be in, with what it means and what to do, in Chinese and English.

A part that is not well names the section of ``docs/runbook.md`` that says more.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a code means and what to do about it; nothing is to be done where all is well."""

    zh: str
    en: str
    zh_do: str = ""
    en_do: str = ""

    @property
    def well(self) -> bool:
        """Whether this is as it should be."""
        return not self.en_do


@dataclass(frozen=True, slots=True)
class PartState:
    """A part and its code; ``figures`` are for those who look after the system, not for everybody."""

    part: str
    code: str
    figures: Mapping[str, int | str] = field(default_factory=dict)

    @property
    def meaning(self) -> Meaning:
        """What the code means."""
        return MEANINGS[self.part][self.code]

    @property
    def well(self) -> bool:
        """Whether the part is as it should be."""
        return self.meaning.well

    @property
    def runbook(self) -> str:
        """The section that says more; empty where all is well."""
        return "" if self.well else f"docs/runbook.md#{self.part}-{self.code}".replace("_", "-")


MEANINGS: Mapping[str, Mapping[str, Meaning]] = {
    "database": {
        "there": Meaning("数据库正常", "The database answers."),
        "unavailable": Meaning(
            "数据库没有应答，暂不能受理举报",
            "The database does not answer; no report can be taken.",
            "请检查数据库服务是否运行、网络与磁盘是否正常；恢复后系统自动继续",
            "Check that the database server runs and that network and disk are well; work goes on by itself.",
        ),
        "damaged": Meaning(
            "数据库文件已损坏",
            "The database is damaged.",
            "请停止服务，用 triage restore 恢复最近的备份",
            "Stop the service and bring the newest copy back with `triage restore`.",
        ),
        "setup": Meaning(
            "数据库、密钥或版本不匹配",
            "Database, key or version do not fit together.",
            "请按提示运行 triage migrate，或放回正确的密钥文件",
            "Do what the sentence says: run `triage migrate`, or put the right key file in its place.",
        ),
    },
    "key": {
        "there": Meaning("主密钥文件正常", "The master key file is there and private."),
        "missing": Meaning(
            "找不到主密钥文件",
            "The master key file is missing.",
            "请从保管处取回密钥文件；没有它任何人都无法读取数据",
            "Bring the key file back from where its copy is kept; without it nobody can read anything.",
        ),
        "open": Meaning(
            "主密钥文件可被其他用户读取",
            "Others may read the master key file.",
            "请将其权限改为仅所有者可读（0600 或 0400）",
            "Let its owner alone read it (mode 0600 or 0400).",
        ),
    },
    "policy": {
        "valid": Meaning("规则文件正常", "The rules of the policy hold together."),
        "broken": Meaning(
            "policy.toml 有误，举报会等待",
            "There is a mistake in policy.toml; reports wait.",
            "请按提示改正数据目录中的 policy.toml，工作进程随后自动继续",
            "Mend policy.toml of the data folder as the sentence says; the worker goes on by itself then.",
        ),
    },
    "model": {
        "there": Meaning("模型已就绪", "A trained model is in use."),
        "missing": Meaning(
            "还没有模型，举报会等待",
            "There is no model yet; reports wait.",
            "工作进程首次启动时会训练（双核约七分钟，请勿中断）；也可运行 triage train",
            "The first start of a worker trains one (some seven minutes on two cores; let it finish); `triage train` does it too.",
        ),
        "outdated": Meaning(
            "模型由另一版本的程序写成，举报会等待",
            "Another version of this program wrote the model; reports wait.",
            "工作进程启动时会重新训练（双核约七分钟，请勿中断）；也可运行 triage train",
            "A worker trains it anew when it starts (some seven minutes on two cores; let it finish); `triage train` does it too.",
        ),
        "damaged": Meaning(
            "模型文件已损坏或被改动",
            "A file of the model is damaged or was changed.",
            "请运行 triage models list 并用 triage models use 选用另一个版本，或重新训练",
            "Choose another version with `triage models list` and `triage models use`, or train anew.",
        ),
        "not_taken_up": Meaning(
            "工作进程无法载入所选模型，仍用原来的模型继续工作",
            "A worker cannot open the model that was chosen; it goes on with the one before.",
            "请查看日志 model_not_taken_up；修复文件后会自动载入，或用 triage models use 选用另一个版本",
            "Look for model_not_taken_up in the log; mended files are taken up by themselves, or choose another version with `triage models use`.",
        ),
    },
    "index": {
        "there": Meaning("检索索引正常", "The search index answers."),
        "missing": Meaning(
            "还没有索引，暂不能检索",
            "There is no search index yet; search finds nothing.",
            "工作进程启动后会建立；也可运行 triage reindex",
            "A worker writes it when it starts; `triage reindex` does it too.",
        ),
        "opening": Meaning(
            "索引正在打开", "The search index is being opened.", "请稍候再试", "Wait a moment and look again."
        ),
        "unreachable": Meaning(
            "索引没有应答，暂不能检索；受理与移送不受影响",
            "The search index does not answer; intake and referral go on.",
            "请检查索引服务与 TRIAGE_ELASTICSEARCH_ 各项设置；恢复后积压自动写入",
            "Check the index server and the TRIAGE_ELASTICSEARCH_ settings; what waits is written by itself afterwards.",
        ),
        "blocked": Meaning(
            "索引只读，新内容暂时检索不到；受理、移送与已有内容的检索不受影响",
            "The search index takes no writes: what is new is not found yet; intake, referral and search go on.",
            "请检查 Elasticsearch 各节点的磁盘（超过洪水水位会自动转为只读）；腾出空间后积压自动写入",
            "Make room on the disks of the Elasticsearch nodes (over the flood mark it closes indices to writes) or take "
            "the block away; what waits is written by itself afterwards.",
        ),
    },
    "drift": {
        "none": Meaning("索引与数据库一致", "Index and database agree."),
        "unknown": Meaning("暂无法比较索引与数据库", "Index and database cannot be compared at the moment."),
        "some": Meaning(
            "索引与数据库不一致",
            "Index and database do not agree.",
            "请运行 triage reconcile，它会报告并修复差异",
            "Run `triage reconcile`; it says what differs and mends it.",
        ),
    },
    "worker": {
        "running": Meaning("工作进程正常", "A worker runs."),
        "idle": Meaning("没有工作进程，也没有等待的举报", "No worker runs, and nothing waits for one."),
        "missing": Meaning(
            "没有工作进程，举报在等待",
            "No worker runs; reports wait.",
            "请运行 triage serve 或 triage work",
            "Start `triage serve` or `triage work`.",
        ),
        "hindered": Meaning(
            "工作进程的一部分工作反复失败，其余照常进行",
            "Part of a worker's work fails again and again; the rest goes on.",
            "请查看日志 work_failed；若涉及个别举报，triage reconcile 会把打不开的举报列出",
            "Look for work_failed in the log; reports that do not open are set aside by `triage reconcile` and listed.",
        ),
        "ending": Meaning(
            "工作进程反复意外退出，举报在等待",
            "The worker ends again and again; reports wait.",
            "请查看日志 process_failed 与 worker_ended，检查内存与磁盘是否足够",
            "Look for process_failed and worker_ended in the log, and whether memory and disk are enough.",
        ),
        "stalled": Meaning(
            "有工作进程，但举报长时间无人处理",
            "A worker runs, but reports have waited for long.",
            "请查看日志；如处理能力不足，请增加工作进程",
            "Look into the log; where it is work that is too much, start more workers.",
        ),
    },
    "stuck": {
        "none": Meaning("没有失败的举报", "No report has failed."),
        "retrying": Meaning("有举报处理失败，将自动重试", "Some reports failed and are tried again by themselves."),
        "refused": Meaning(
            "有举报无法写入检索索引，需要人工处理",
            "The search index does not take some reports; they can be read, and not found by search.",
            "请查看 /v1/stuck 的原因，处理后运行 triage retry",
            "Look at the causes in /v1/stuck, mend them, then run `triage retry`.",
        ),
        "dead": Meaning(
            "有举报多次处理失败或无法打开，需要人工处理",
            "Some reports failed five times, or do not open, and wait for a person.",
            "请查看 /v1/stuck 的原因，处理后运行 triage retry",
            "Look at the causes in /v1/stuck, mend them, then run `triage retry`.",
        ),
    },
    "sealed": {
        "none": Meaning("没有需要立即上报的封存举报", "No sealed report has to go up now."),
        "unknown": Meaning("暂无法查看封存举报的期限", "The clocks of sealed reports cannot be read at the moment."),
        "due_soon": Meaning(
            "有封存举报的上报期限即将届满",
            "Sealed reports have to go up within a day.",
            "请保管人员运行 triage sealed list，并用 triage sealed pass-up 上报",
            "Let a custodian run `triage sealed list` and pass them up with `triage sealed pass-up`.",
        ),
        "overdue": Meaning(
            "有封存举报已超过上报期限，或涉及人身危险须立即上报",
            "Sealed reports should have gone up already, or tell of danger and must go at once.",
            "请保管人员立即运行 triage sealed list，并用 triage sealed pass-up 上报",
            "Let a custodian run `triage sealed list` at once and pass them up with `triage sealed pass-up`.",
        ),
    },
    "identity": {
        "none": Meaning("没有即将失效的身份申请", "No request for a reporter's identity is about to lapse."),
        "unknown": Meaning("暂无法查看身份申请", "Requests for a reporter's identity cannot be read at the moment."),
        "due_soon": Meaning(
            "有身份申请即将失效，尚待保管人员决定",
            "Requests for a reporter's identity lapse within a day, and custodians have not decided.",
            "请保管人员运行 triage identity list，并逐件批准或拒绝",
            "Let a custodian run `triage identity list` and approve or refuse each.",
        ),
    },
    "tokens": {
        "holding": Meaning("没有即将到期的凭证", "No token of staff is about to end."),
        "ending": Meaning(
            "有工作人员的凭证将在七天内到期",
            "Tokens of staff end within seven days.",
            "请运行 triage token renew 续期（回避、已存检索等保持不变）；不要另发新凭证",
            "Renew them with `triage token renew`: recusals and saved searches stay. A new token knows nothing of them.",
        ),
        "ended": Meaning(
            "有设定了回避的凭证已到期；另发的新凭证不受该回避限制",
            "Tokens have ended whose holders are kept from reports on somebody; a new token would not be.",
            "请运行 triage token renew 续期；人员已离开的，运行 triage token revoke；如已另发新凭证，请对其运行 triage token recuse",
            "Renew them with `triage token renew`, or revoke them where the holder has left; a new token that was given "
            "instead needs `triage token recuse` too.",
        ),
    },
    "outbox": {
        "moving": Meaning("索引更新及时", "The index hears of changes."),
        "slow": Meaning(
            "索引更新积压过多",
            "Many changes wait for the index.",
            "请检查工作进程与索引服务",
            "Check workers and index server.",
        ),
    },
    "audit": {
        "whole": Meaning("审计日志完整", "The audit log is whole."),
        "behind": Meaning(
            "大量审计记录尚未封链",
            "Many audit rows wait for their seal.",
            "请检查工作进程是否运行",
            "Check that a worker runs.",
        ),
        "broken": Meaning(
            "审计日志被改动",
            "The audit log was altered.",
            "请立即报告审计人员，保留现场，不要删除任何文件",
            "Tell the auditors at once, keep everything as it is, delete nothing.",
        ),
    },
    "disk": {
        "enough": Meaning("磁盘空间充足", "There is room on the disk."),
        "low": Meaning(
            "磁盘空间不足",
            "The disk of the data folder is nearly full.",
            "请清理旧备份或扩容",
            "Move old copies away or make the disk larger.",
        ),
    },
}  # fmt: skip
