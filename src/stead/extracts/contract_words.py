"""What the contract's tables do not say by themselves: balances that are needed, history, contribution.

The page in the browser and docs/extracts.md are both made from here. A name in `backticks` is code.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Said:
    """A heading or a paragraph in both languages."""

    en: str
    zh: str


@dataclass(frozen=True)
class Section:
    """A heading and its paragraphs."""

    key: str  # where links lead
    title: Said
    paragraphs: tuple[Said, ...]


BALANCES = Section(
    key="needed-balances",
    title=Said("Which balances are needed", "需要哪些余额"),
    paragraphs=(
        Said(
            en=(
                "A balance date is a day of which at least half of the accounts that were open have a "
                "balance, and the delivery's own day always is one; single balances of other days are set"
                " aside. At each of them every account that was open at its end needs a balance: 0.00 "
                "says that there is nothing, no row says that it is not known. There is a balance date in"
                " each month from the first to the last. A delivery without any balance of its own day, "
                "or without one of a month between others, is not taken; the message names the days."
            ),
            zh=(
                "余额日是至少半数当时未销户账户有余额的日子,下档日本身必为余额日;其他日子的零星余额会"
                "被剔除。每个余额日日终未销户的账户都须有余额:0.00 表示没有余额,没有记录表示余额未知。"
                "从首月到末月每月都须有一个余额日。下档日没有任何余额,或中间某月没有余额的,整批不予接"
                "收,提示中列明日期。"
            ),
        ),
        Said(
            en=(
                "What is missing is a reject that names the account and counts against the limit; a row "
                "that was set aside leaves its day as open as one that is not there. "
                "`rejects/unknown_balances.parquet` lists account, owner and day, and the figures that "
                "are made of it are empty: of that customer no total is told, the tier stays as it was "
                "held, and nobody is warned. An account that was set aside, or that somebody holds and "
                "`accounts` lacks, leaves its owners' figures open too."
            ),
            zh=(
                "缺少的余额按账户列入剔除清单并计入上限;被剔除的余额与没有记录同样视为未知。`rejects/unknown_balances.parquet`"
                " 列出账户、持有人和日期,由其得出的数值均为空:该客户不显示合计,层级保持不变,也不产生"
                "预警。账户本身被剔除,或有人持有而 `accounts` 中没有的,持有人的数值同样未知。"
            ),
        ),
        Said(
            en=(
                "A core system that tells balances only when they change has a mapping that carries them "
                "forward in `balances.sql`; nothing else does. An account has no balance but 0.00 from "
                "the day on which it was closed."
            ),
            zh=(
                "核心系统仅在变动时给出余额的,由映射的 `balances.sql` 顺延;别处不作顺延。账户自销户日"
                "起余额只能为 0.00。"
            ),
        ),
    ),
)
CONTRIBUTION = Section(
    key="contribution",
    title=Said("Which history is wanted, and how contribution is computed", "需要多长历史,综合贡献如何计算"),
    paragraphs=(
        Said(
            en=(
                "Contribution is what the bank earned with a customer in twelve months: for each account,"
                " `yearly_margin` / 12 times the sum of its average balances of the twelve months, "
                "rounded to cents, on the absolute amount where the customer owes it; times the "
                "customer's share; plus the fees (transactions of kind `fee`, negative amounts). It is "
                "computed for the last thirteen month-ends, which tiers are watched by, in the book "
                "currency."
            ),
            zh=(
                "综合贡献是本行十二个月内从客户处所得:各账户 `yearly_margin` ÷ 12 × 十二个月月均余"
                "额之和(四舍五入到分,负债按绝对值)× 客户份额,再加手续费(类别为 `fee` 的交易,金额为负)。"
                "按本位币计算最近十三个月末的数值,层级观察以此为准。"
            ),
        ),
        Said(
            en=(
                "Balances: each month's last day of the current month and the 24 before, and the "
                "delivery's day. With fewer months the sums hold those that are there; a month without "
                "any balances adds nothing."
            ),
            zh=("余额:当月及之前 24 个月各月末,以及下档日。月份不足时只合计已有月份;没有余额的月份不计入。"),
        ),
        Said(
            en=("Transactions: the same 25 months, for fees and flows."),
            zh=("交易:同样 25 个月,用于手续费和资金流。"),
        ),
    ),
)
SECTIONS = (BALANCES, CONTRIBUTION)
