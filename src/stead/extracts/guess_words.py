"""The words by which columns, files and codes of core systems are known, in English, Chinese and abbreviations."""

# For each table of the contract, and each of its columns, the names that a raw column of that meaning may bear,
# in normal form: lower case, without blanks and signs.
COLUMN_WORDS: dict[str, dict[str, str]] = {
    "branches": {
        "branch_id": "branchid branchno branchcode brno brcode orgid orgno orgcode instno instid deptno deptid districtid "
        "a1 机构号 机构编号 机构代码 网点号 网点编号 网点代码 支行号 所属机构 开户机构 jgh jgdm",
        "name": "branchname brname orgname instname deptname name districtname a2 机构名称 网点名称 支行名称 名称 jgmc",
        "city": "city cityname region a3 城市 所在城市 地市",
    },
    "bankers": {
        "banker_id": "bankerid bankerno rmid rmno managerid managerno mgrno mgrid empno empid employeeid staffid tellerno userno "
        "客户经理号 客户经理编号 客户经理工号 经理号 工号 员工号 柜员号 khjlh",
        "name": "bankername rmname managername mgrname empname staffname username name 客户经理姓名 客户经理名称 姓名 员工姓名 khjlmc",
        "branch_id": "branchid branchno brno orgid orgno orgcode instno 机构号 网点号 所属机构 所属网点 机构编号 jgh",
        "capacity_minutes": "capacityminutes capacity minutes 每日可用分钟数 可用分钟",
    },
    "customers": {
        "customer_id": "customerid customerno custid custno custnum clientid clientno cifno cif cino partyid ecifno "
        "客户号 客户编号 客户代码 客户id khh khbh",
        "kind": "custtype customertype clienttype kind partytype 客户类型 客户类别 客户性质 khlx",
        "name": "custname customername clientname fullname name cnname 客户名称 客户姓名 姓名 户名 名称 khmc khxm",
        "gender": "gender sex 性别 xb",
        "identity_kind": "idtype certtype identitykind idkind papertype 证件类型 证件种类 zjlx",
        "identity_number": "idno idnumber certno certid identitynumber identityno paperno 证件号码 证件号 身份证号 身份证号码 zjhm",
        "birth_date": "birthdate birthday dateofbirth dob birthnumber birth founded 出生日期 生日 出生年月日 成立日期 csrq",
        "phone": "phone mobile mobileno phoneno mobilephone cellphone tel telno 手机 手机号 手机号码 联系电话 移动电话 电话 sjh",
        "email": "email mail emailaddress 电子邮箱 邮箱 电子邮件",
        "wecom_id": "wecomid wecom wxworkid 企业微信 企业微信号",
        "address": "address addr homeaddress postaladdress 地址 通讯地址 联系地址 家庭地址 住址 dz",
        "city": "city cityname 城市 所在城市",
        "occupation": "occupation job profession 职业 zy",
        "employer": "employer company workunit 工作单位 单位名称 gzdw",
        "family_status": "familystatus maritalstatus marital marriage 婚姻状况 婚姻 hyzk",
        "education": "education degree edu 学历 教育程度 xl",
        "yearly_income": "yearlyincome annualincome income 年收入 年收入金额 申报年收入",
        "income_currency": "incomecurrency 收入币种",
        "risk_grade": "riskgrade risklevel riskrating 风险等级 风险承受能力 风险承受能力等级 客户风险等级 fxdj",
        "risk_graded_on": "riskgradedon riskdate riskassessdate 风险测评日期 测评日期 风险评估日期",
        "language": "language lang 语言",
        "branch_id": "branchid branchno brno orgid orgno orgcode instno openbranch districtid 所属机构 归属机构 开户机构 机构号 网点号 所属网点 jgh",
        "banker_id": "bankerid rmid rmno managerid managerno mgrno custmanager 客户经理号 客户经理 客户经理编号 管户经理 管户客户经理 客户经理工号 khjlh",
        "opened_on": "openedon opendate openeddate custopendate createdate customersince registerdate 开户日期 建档日期 开立日期 客户开户日期 注册日期 khrq",
        "closed_on": "closedon closedate closeddate 销户日期 关闭日期 注销日期 xhrq",
        "last_login_on": "lastloginon lastlogin lastlogindate 最近登录日期 最后登录日期",
    },
    "products": {
        "product_id": "productid productno productcode prodid prodno prodcode prdno 产品号 产品代码 产品编号 产品编码 cpdm",
        "name": "productname prodname prdname name 产品名称 名称 cpmc",
        "kind": "productkind producttype prodtype kind category type 产品类型 产品类别 产品种类 类别 cplx",
        "risk_grade": "riskgrade risklevel prodrisk 风险等级 产品风险等级",
        "currency": "currency ccy curr currcode 币种 货币 币别 bz",
        "yearly_margin": "yearlymargin margin ftpmargin spread 年利差 利差 ftp利差",
    },
    "accounts": {
        "account_id": "accountid accountno acctid acctno accno acno account 账号 账户号 帐号 账户编号 账户 zh zhbh",
        "product_id": "productid productno productcode prodid prodcode prdno frequency 产品号 产品代码 产品编号 cpdm",
        "currency": "currency ccy curr currcode 币种 货币 币别 bz",
        "opened_on": "openedon opendate openeddate acctopendate date valuedate 开户日期 开立日期 起息日 起息日期 khrq",
        "closed_on": "closedon closedate closeddate 销户日期 结清日期 xhrq",
        "matures_on": "matureson maturity maturitydate duedate enddate 到期日 到期日期 dqrq",
    },
    "holders": {
        "account_id": "accountid accountno acctid acctno accno 账号 账户号 帐号 账户编号 zh",
        "customer_id": "customerid customerno custid custno clientid cifno 客户号 客户编号 持有人客户号 khh",
        "role": "role holdertype relationtype type ownertype 角色 持有人类型 持有类型 关系类型",
        "share": "share portion percentage holdingshare 份额 占比 持有比例",
    },
    "balances": {
        "account_id": "accountid accountno acctid acctno accno 账号 账户号 帐号 账户编号 zh",
        "on_date": "ondate baldate balancedate date asofdate etldate datadate bizdate 日期 余额日期 数据日期 账务日期 统计日期 sjrq",
        "balance": "balance bal acctbal currbal eodbalance 余额 账户余额 当前余额 日终余额 ye zhye",
    },
    "transactions": {
        "transaction_id": "transactionid transid txnid txnno tranid trxid seqno serialno jrnno flowno 流水号 交易流水号 交易编号 核心流水号 lsh",
        "account_id": "accountid accountno acctid acctno accno 账号 账户号 帐号 账户编号 交易账号 zh",
        "on_date": "ondate date txndate transdate trandate bookdate postdate tradedate 日期 交易日期 记账日期 账务日期 jyrq",
        "amount": "amount amt txnamt tranamt transamt 金额 交易金额 发生额 jyje",
        "kind": "kind txntype trantype transtype txncode trancode summarycode operation type 交易类型 交易码 交易代码 摘要代码 摘要 jylx",
        "channel": "channel channelcode chnl operation 渠道 交易渠道 渠道代码 qd",
        "counterparty": "counterparty oppname oppacct oppaccount payee 对方户名 对手方 对方账号 交易对手 dfzh",
        "by_customer": "bycustomer 是否客户主动发起 客户发起",
        "own_elsewhere": "ownelsewhere 是否转往本人他行账户",
    },
    "rates": {
        "currency": "currency ccy curr currcode 币种 货币 币别 bz",
        "on_date": "ondate date ratedate effdate 日期 生效日期 汇率日期",
        "rate": "rate fxrate exchangerate midrate middlerate 汇率 中间价 折算率 hl",
    },
    "relationships": {
        "customer_id": "customerid custid custno 客户号",
        "other_id": "otherid relatedid relcustid relcustno 关系人客户号 关联客户号",
        "kind": "kind relation relationtype reltype 关系类型 关系",
        "since": "since startdate 起始日期",
    },
    "contacts": {
        "contact_id": "contactid recordid recordno 记录号 联系编号",
        "customer_id": "customerid custid custno 客户号",
        "banker_id": "bankerid rmid managerid 客户经理号",
        "on_date": "ondate contactdate date 日期 联系日期",
        "channel": "channel contactchannel 渠道 联系方式",
        "message_class": "messageclass purpose 联系类别 联系目的",
        "direction": "direction 方向",
        "outcome": "outcome result 结果 联系结果",
        "note": "note remark memo 备注",
    },
    "consents": {
        "customer_id": "customerid custid custno 客户号",
        "on_date": "ondate consentdate 授权日期",
        "granted": "granted consent 是否授权 是否同意 营销授权",
    },
}  # fmt: skip

# Words in a file's name that speak for a table.
FILE_WORDS: dict[str, str] = {
    "branches": "branch branches org inst district dept 机构 网点 支行",
    "bankers": "banker bankers rm manager managers staff emp teller 客户经理 员工 柜员",
    "customers": "customer customers cust client clients cif party 客户 对私 对公 khxx",
    "products": "product products prod prd 产品",
    "accounts": "account accounts acct acc deposit 账户 帐户 存款 zhxx",
    "holders": "holder holders disp owner owners 持有人 账户关系 联名",
    "balances": "balance balances bal 余额 日终",
    "transactions": "transaction transactions trans txn tran trx flow 流水 交易 明细",
    "rates": "rate rates fx exchange 汇率 牌价",
    "relationships": "relationship relationships relation family 关系人 客户关系 家庭",
    "contacts": "contact contacts visit 联系 走访",
    "consents": "consent consents 授权",
}

# What codes mean, by column of the contract: value of the contract to the codes that core systems write for it.
CODE_WORDS: dict[str, dict[str, str]] = {
    "gender": {"m": "m male man 男 男性 1", "f": "f female woman 女 女性 2 0"},
    "customers.kind": {
        "person": "person p i individual personal 个人 对私 个人客户 自然人 1 01",
        "organisation": "organisation o c corporate company 对公 公司 企业 机构 单位 对公客户 2 02",
    },
    "role": {
        "owner": "owner o main primary 主 户主 所有人 本人",
        "joint": "joint j 联名 共有",
        "authorised": "authorised a disponent authorized 授权 代理 代理人",
    },
    "products.kind": {
        "demand": "demand current checking saving savings 活期 活期存款",
        "time": "time fixed term deposit 定期 定期存款 大额存单",
        "wealth": "wealth wm 理财 理财产品",
        "fund": "fund funds 基金",
        "insurance": "insurance 保险",
        "metal": "metal gold 贵金属 黄金",
        "loan": "loan loans 贷款",
        "card": "card creditcard 信用卡",
    },
    "family_status": {
        "single": "single 未婚 s", "married": "married 已婚 m", "divorced": "divorced 离婚 离异 d",
        "widowed": "widowed 丧偶 w",
    },
    "education": {
        "primary": "primary 小学", "secondary": "secondary 初中 高中 中学 中专",
        "bachelor": "bachelor 本科 大学 大学本科 学士", "master": "master 硕士 研究生", "doctor": "doctor phd 博士",
    },
    "transactions.kind": {
        "salary": "salary 工资 代发工资", "pension": "pension 养老金", "cash_in": "cashin 现金存入 存款 存入 vklad",
        "cash_out": "cashout 现金支取 取款 支取 vyber vyberkartou", "transfer_in": "transferin 转入 汇入 prevodzuctu",
        "transfer_out": "transferout 转出 汇出 prevodnaucet", "card_payment": "cardpayment 消费 刷卡消费 pos",
        "interest": "interest 结息 利息 urok", "fee": "fee 手续费 年费 sluzby",
        "loan_payment": "loanpayment 还款 贷款还款 uver", "loan_drawdown": "loandrawdown 放款 贷款发放",
        "buy": "buy 申购 认购 买入", "sell": "sell 赎回 卖出", "maturity": "maturity 到期 到期兑付",
        "insurance_premium": "insurancepremium 保费 pojistne", "standing_order": "standingorder 约定转账",
    },
    "channel": {
        "branch": "branch counter 柜面 柜台 网点", "mobile": "mobile mbank app 手机银行 手机", "online": "online ebank web 网银 网上银行",
        "phone": "phone 电话银行", "atm": "atm 自助设备", "terminal": "terminal pos", "system": "system batch 系统 批量",
    },
}  # fmt: skip
# Marks of the direction of a booking, beside an amount without a sign.
CREDIT = "c cr credit 贷 贷方 收 收入 1 + prijem"
DEBIT = "d dr debit 借 借方 付 支出 0 2 - vydaj vyber"
DIRECTION_COLUMNS = (
    "dcflag drcrflag cdflag debitcredit crdr drcr direction type 借贷标志 借贷 借贷方向 收付标志 jdbz"
)
YES = "y yes true t 1 是 有"
NO = "n no false f 0 否 无"


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


KNOWN_COLUMNS = frozenset(
    word for columns in COLUMN_WORDS.values() for words in columns.values() for word in words.split()
) | _words(DIRECTION_COLUMNS)


def codes_of(table: str, column: str) -> dict[str, str]:
    """Code in normal form to the contract's value, for a column of the contract; empty where none are known."""
    told = CODE_WORDS.get(f"{table}.{column}", {}) or CODE_WORDS.get(column, {})
    return {code: value for value, codes in told.items() for code in codes.split()}
