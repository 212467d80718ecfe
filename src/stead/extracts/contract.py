"""What a bank delivers: the one declaration of every table, column and rule of the extracts.

From it come the Parquet schemas, the checks and the documentation page.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["text", "date", "money", "ratio", "rate", "integer", "boolean"]

DUCKDB_TYPES: dict[Kind, str] = {
    "text": "VARCHAR",
    "date": "DATE",
    "money": "DECIMAL(18,2)",
    "ratio": "DECIMAL(9,6)",
    "rate": "DECIMAL(18,8)",
    "integer": "INTEGER",
    "boolean": "BOOLEAN",
}


@dataclass(frozen=True)
class Column:
    """One column: its name, kind, whether it may be missing, and what it means."""

    name: str
    kind: Kind
    meaning: str
    meaning_zh: str
    required: bool = False
    allowed: tuple[str, ...] = ()
    refers_to: str = ""  # "branches.branch_id": the value must stand there
    stays: bool = (
        False  # the row stays, with its value, when what it refers to is not there; the fault is told
    )
    earliest: str = ""  # dates only, ISO; the default window is 1900-01-01 to 2199-12-31
    past: bool = False  # dates only: tells of what has happened, so it cannot lie after the extract's date
    length: int = 0  # texts only: the most characters, as many as the database holds; 0: `allowed` or `refers_to` say it
    lines: bool = False  # texts only: may have several lines
    personal: bool = False  # tells who somebody is, how to reach them or what they said: see `reject_rows`
    without: str = ""  # texts only: signs that may not stand in it, as it is part of keys or addresses
    currency: bool = False  # texts only: three capital letters of ISO 4217
    least: str = ""  # numbers only, as text
    most: str = ""


@dataclass(frozen=True)
class Extract:
    """One table of the delivery."""

    name: str
    meaning: str
    meaning_zh: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    optional: bool = False
    rules: tuple[str, ...] = field(
        default=()
    )  # names of checks over several columns or rows, in `extracts.checks`

    @property
    def names(self) -> tuple[str, ...]:
        """The columns' names in order."""
        return tuple(column.name for column in self.columns)


RISK_CUSTOMER = ("C1", "C2", "C3", "C4", "C5")
RISK_PRODUCT = ("R1", "R2", "R3", "R4", "R5")
ASSET_KINDS = ("demand", "time", "wealth", "fund", "insurance", "metal")
LIABILITY_KINDS = ("loan", "card")
CHANNELS = ("call", "visit", "wecom", "sms", "email")
CLASSES = ("statutory", "service", "relationship", "marketing")
OUTCOMES = ("reached", "follow_up", "not_reached", "refused", "sent")
TRANSACTION_KINDS = (
    "salary", "pension", "cash_in", "cash_out", "transfer_in", "transfer_out", "card_payment",
    "standing_order", "insurance_premium", "interest", "penalty_interest", "fee",
    "loan_drawdown", "loan_payment", "buy", "sell", "maturity", "internal", "other",
)  # fmt: skip
# Money that only changes its place within the bank is neither inflow nor outflow; nor is what the bank itself books.
INTERNAL_KINDS = ("buy", "sell", "maturity", "internal", "loan_drawdown", "loan_payment")
BANK_BOOKED_KINDS = ("interest", "penalty_interest", "fee")
TRANSACTION_CHANNELS = ("branch", "mobile", "online", "phone", "atm", "terminal", "system", "other")

CUSTOMERS = Extract(
    "customers", "Everyone the bank keeps a record of.", "银行建档的全部客户。", ("customer_id",),
    (
        Column("customer_id", "text", "The bank's number of the customer.", "客户号", required=True, length=32, without="/"),
        Column("kind", "text", "Person or organisation.", "个人或机构", True, ("person", "organisation")),
        Column("name", "text", "Full name.", "姓名或名称", required=True, length=200, personal=True),
        Column("gender", "text", "f or m; empty if unknown.", "性别", allowed=("f", "m")),
        Column("identity_kind", "text", "Kind of identity document.", "证件类型", length=60),
        Column("identity_number", "text", "Number of the identity document.", "证件号码", length=40, personal=True),
        Column("birth_date", "date", "Date of birth or of foundation.", "出生或成立日期", earliest="1600-01-01", past=True),
        Column("lunar_birthday", "boolean", "Keeps the birthday by the lunar calendar.", "是否过农历生日"),
        Column("phone", "text", "Mobile number.", "手机号", length=32, personal=True),
        Column("email", "text", "E-mail address.", "电子邮箱", length=254, personal=True),
        Column("wecom_id", "text", "WeCom contact.", "企业微信联系人", length=64, personal=True),
        Column("address", "text", "Postal address.", "通讯地址", length=500, lines=True, personal=True),
        Column("city", "text", "City.", "城市", length=100),
        Column("occupation", "text", "Occupation.", "职业", length=100),
        Column("employer", "text", "Employer.", "工作单位", length=200, personal=True),
        Column("family_status", "text", "Family status.", "婚姻状况", allowed=("single", "married", "divorced", "widowed")),
        Column("education", "text", "Education.", "学历", allowed=("primary", "secondary", "bachelor", "master", "doctor")),
        Column("yearly_income", "money", "Yearly income as declared, in income_currency.", "申报年收入", least="0"),
        Column("income_currency", "text", "ISO 4217.", "收入币种", currency=True),
        Column("risk_grade", "text", "Risk grade of the customer.", "风险承受能力等级", allowed=RISK_CUSTOMER),
        Column("risk_graded_on", "date", "Date of the assessment.", "测评日期", past=True),
        Column("language", "text", "Language that the customer prefers.", "语言", length=35),
        Column("branch_id", "text", "Branch that keeps the customer.", "所属网点", True, refers_to="branches.branch_id", stays=True),
        Column("banker_id", "text", "Relationship manager.", "客户经理", refers_to="bankers.banker_id", stays=True),
        Column("opened_on", "date", "Customer since.", "开户日期", required=True, past=True),
        Column("closed_on", "date", "Left on; a day to come is not yet.", "销户日期;未到之日视为尚未销户"),
        Column("died_on", "date", "Died on, if the bank knows it.", "去世日期(如已知)", past=True),
        Column("last_login_on", "date", "Last login to mobile or online banking.", "最近登录日期", past=True),
    ),
    rules=("closed_after_opened", "died_after_born", "person_can_live", "currency_holds_decimals"),
)  # fmt: skip

RELATIONSHIPS = Extract(
    "relationships", "Who belongs to whom: other_id is the kind of customer_id.", "客户关系:other_id 是 customer_id 的何种关系人。",
    ("customer_id", "other_id", "kind"),
    (
        Column("customer_id", "text", "The customer.", "客户号", True, refers_to="customers.customer_id"),
        Column("other_id", "text", "The other customer.", "关系人客户号", True, refers_to="customers.customer_id"),
        Column("kind", "text", "What the other is to the customer.", "关系类型", True,
               ("spouse", "parent", "child", "joint_holder", "guarantor", "employer", "beneficial_owner")),
        Column("since", "date", "Since when.", "起始日期", past=True),
    ),
    optional=True,
    rules=("tied_to_another", "ties_can_be_true"),
)  # fmt: skip

PRODUCTS = Extract(
    "products", "What the bank sells.", "产品目录。", ("product_id",),
    (
        Column("product_id", "text", "Number of the product.", "产品号", required=True, length=40),
        Column("name", "text", "Name.", "名称", required=True, length=200),
        Column("kind", "text", "Kind; loan and card are owed by the customer.", "类别", True, ASSET_KINDS + LIABILITY_KINDS),
        Column("risk_grade", "text", "Risk grade of the product.", "风险等级", allowed=RISK_PRODUCT),
        Column("currency", "text", "ISO 4217.", "币种", required=True, currency=True),
        Column("yearly_margin", "ratio", "Bank's margin a year on the balance, 0.012 is 1.2 %.", "年利差", required=True, least="-1", most="1"),
    ),
)  # fmt: skip

ACCOUNTS = Extract(
    "accounts", "Accounts, deposits, fund holdings and loans.", "账户(含存款、理财、基金与贷款)。", ("account_id",),
    (
        Column("account_id", "text", "Number of the account.", "账号", required=True, length=40),
        Column("product_id", "text", "Product.", "产品号", True, refers_to="products.product_id"),
        Column("currency", "text", "ISO 4217; has a rate.", "币种", required=True, currency=True),
        Column("opened_on", "date", "Opened.", "开立日期", required=True, past=True),
        Column("closed_on", "date", "Closed.", "销户日期", past=True),
        Column("matures_on", "date", "Falls due.", "到期日"),
    ),
    rules=("currency_has_rate", "closed_after_opened"),
)  # fmt: skip

HOLDERS = Extract(
    "holders", "Who holds an account, with which share.", "账户持有人与份额。", ("account_id", "customer_id"),
    (
        Column("account_id", "text", "Account.", "账号", True, refers_to="accounts.account_id"),
        Column("customer_id", "text", "Customer.", "客户号", True, refers_to="customers.customer_id"),
        Column("role", "text", "authorised may dispose but owns nothing.", "角色", True, ("owner", "joint", "authorised")),
        Column("share", "ratio", "Part that is the customer's; an account's shares add to 1.", "份额", required=True),
    ),
    rules=("share_fits_role", "shares_add_to_one"),
)  # fmt: skip

BALANCES = Extract(
    "balances", "Balances at the end of a day, of each open account: at least of each month's last day and of the extract's date.",
    "每个未销户账户的日终余额,至少含每月末与下档日。", ("account_id", "on_date"),
    (
        Column("account_id", "text", "Account.", "账号", True, refers_to="accounts.account_id"),
        Column("on_date", "date", "Day.", "日期", required=True, past=True),
        Column("balance", "money", "Balance in the account's currency; what is owed is negative.", "余额", required=True),
    ),
    rules=("currency_holds_decimals", "closed_account_is_empty", "amounts_can_be_added", "balances_are_complete"),
)  # fmt: skip

TRANSACTIONS = Extract(
    "transactions", "Bookings on accounts.", "账户交易。", ("transaction_id",),
    (
        Column("transaction_id", "text", "Number of the booking.", "流水号", required=True, length=64),
        Column("account_id", "text", "Account.", "账号", True, refers_to="accounts.account_id"),
        Column("on_date", "date", "Day of booking.", "记账日期", required=True, past=True),
        Column("amount", "money", "Signed amount in the account's currency; into the account is positive.", "金额", required=True),
        Column("kind", "text", "Kind of booking.", "交易类型", True, TRANSACTION_KINDS),
        Column("channel", "text", "Channel.", "渠道", allowed=TRANSACTION_CHANNELS),
        Column("counterparty", "text", "Name or account of the other side.", "对手方", length=200, personal=True),
        Column("by_customer", "boolean", "The customer made it (no interest, fee or standing order).", "是否客户主动发起", required=True),
        Column("own_elsewhere", "boolean", "The other side is the customer's own account at another bank.", "是否转往本人他行账户"),
    ),
    rules=("currency_holds_decimals", "amounts_can_be_added"),
)  # fmt: skip

BRANCHES = Extract(
    "branches", "Branches.", "网点。", ("branch_id",),
    (
        Column("branch_id", "text", "Number of the branch.", "网点号", required=True, length=32),
        Column("name", "text", "Name.", "名称", required=True, length=100),
        Column("city", "text", "City.", "城市", length=100),
    ),
)  # fmt: skip

BANKERS = Extract(
    "bankers", "Relationship managers.", "客户经理。", ("banker_id",),
    (
        Column("banker_id", "text", "Number of the banker.", "客户经理号", required=True, length=32),
        Column("name", "text", "Name.", "姓名", required=True, length=100),
        Column("branch_id", "text", "Branch.", "网点号", True, refers_to="branches.branch_id", stays=True),
        Column("capacity_minutes", "integer", "Minutes a day for contacts.", "每日可用分钟数", required=True),
    ),
    rules=("capacity_is_possible",),
)  # fmt: skip

CONTACTS = Extract(
    "contacts", "Contacts made before Stead, or in other systems.", "历史联系记录。", ("contact_id",),
    (
        Column("contact_id", "text", "Number of the contact.", "记录号", required=True, length=64),
        Column("customer_id", "text", "Customer.", "客户号", True, refers_to="customers.customer_id"),
        Column("banker_id", "text", "Banker; empty for mass messages.", "客户经理号", refers_to="bankers.banker_id", stays=True),
        Column("on_date", "date", "Day.", "日期", required=True, past=True),
        Column("channel", "text", "Channel.", "渠道", True, CHANNELS),
        Column("message_class", "text", "What it was for.", "类别", True, CLASSES),
        Column("direction", "text", "in: from the customer; out: to the customer. Which count for what is in 2.3/counting of the handbook.", "方向;哪些算数见制度 2.3", True, ("in", "out")),
        Column("outcome", "text", "What came of it; nothing is taken as reached.", "结果;未填视为已联系到", allowed=OUTCOMES),
        Column("note", "text", "Note.", "备注", length=4000, lines=True, personal=True),
    ),
    optional=True,
)  # fmt: skip

CONSENTS = Extract(
    "consents", "Consent to marketing, given or refused; the last one counts.", "营销授权,以最后一次为准。", ("customer_id", "on_date"),
    (
        Column("customer_id", "text", "Customer.", "客户号", True, refers_to="customers.customer_id"),
        Column("on_date", "date", "Day.", "日期", required=True, past=True),
        Column("granted", "boolean", "true: consents; false: refuses.", "是否同意", required=True),
    ),
    optional=True,
)  # fmt: skip

RATES = Extract(
    "rates", "Rates to the book currency, by date; the book currency's own rate is 1.", "折算本位币汇率,本位币为 1。", ("currency", "on_date"),
    (
        Column("currency", "text", "ISO 4217.", "币种", required=True, currency=True),
        Column("on_date", "date", "Day from which it holds.", "生效日期", required=True),
        Column("rate", "rate", "One unit of the currency in the book currency.", "汇率", required=True),
    ),
    rules=("rate_is_positive", "book_rate_is_one"),
)  # fmt: skip

# In order of reference: a table comes after those that it refers to.
EXTRACTS = (
    BRANCHES, BANKERS, CUSTOMERS, RELATIONSHIPS, RATES, PRODUCTS, ACCOUNTS,
    HOLDERS, BALANCES, TRANSACTIONS, CONTACTS, CONSENTS,
)  # fmt: skip
# Tables that a bank may deliver for single practices; `declare` names them.
_of_practices: list[Extract] = []


def declare(extracts: Iterable[Extract]) -> None:
    """Take these tables of the practices into the contract, instead of those that were declared before.

    Raises ValueError for one whose name is taken, or that a bank could not leave out.
    """
    declared = list(extracts)
    names = [extract.name for extract in (*EXTRACTS, *declared)]
    for extract in declared:
        if names.count(extract.name) > 1 or not extract.optional:
            raise ValueError(
                f"the extract {extract.name!r} of a practice needs a name of its own, and is optional"
            )
    _of_practices[:] = declared


def all_extracts() -> tuple[Extract, ...]:
    """Every table of the contract, those of the practices last."""
    return (*EXTRACTS, *_of_practices)


def by_name() -> dict[str, Extract]:
    """Every table of the contract by its name."""
    return {extract.name: extract for extract in all_extracts()}
