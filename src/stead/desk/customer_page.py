"""Puts together what the customer page shows: reads rows through queries, gives templates ready facts."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from stead.access.models import User
from stead.core import formats
from stead.customers.kept_dates import next_kept
from stead.customers.models import Customer, Ended
from stead.customers.profile import OLDER_RISK_MONTHS, Completeness, age, completeness, risk_grade_ends
from stead.customers.queries import Account, Months, Profile
from stead.desk import customer_words as words
from stead.desk.customer_timeline import Telling
from stead.desk.reasons import risk_months
from stead.extracts.shown_night import Night
from stead.segmentation.models import Standing
from stead.segmentation.queries import HOUSEHOLD_KINDS, Relative


@dataclass(frozen=True)
class Row:
    """A fact of the archive: its name, its text, where it is from and whether something is wrong with it."""

    label: str
    text: str
    note: str = ""
    tone: str = ""
    secret: bool = False  # masked until asked for


@dataclass(frozen=True)
class ImportantDate:
    """A day to remember: what it is, when it comes next, and a remark such as the lunar date."""

    label: str
    on: date
    days: int
    note: str = ""
    tone: str = ""


@dataclass(frozen=True)
class Member:
    """Somebody of the household or of a joint account, for the card."""

    customer_id: str
    name: str
    note: str
    assets: Decimal | None
    can_open: bool


@dataclass
class Household:
    """The household's members with their sum, as far as the user may see it."""

    members: list[Member] = field(default_factory=list)
    total: Decimal | None = Decimal(0)  # None: the assets of one of them are unknown
    is_whole: bool = True  # False: sums of some members are not the user's to see


def spaced(number: str) -> str:
    """A customer number in groups of four, as it is read aloud; other numbers as they are."""
    if not (number.isdigit() and len(number) >= 8):
        return number
    return " ".join(number[start : start + 4] for start in range(0, len(number), 4))


def headline(profile: Profile, today: date) -> list[str]:
    """Who this is in a line: gender, age, occupation, years with the bank, banker and branch."""
    customer = profile.customer
    parts = []
    if customer.kind == "person":
        # The dead do not grow older.
        years = None if customer.ended == Ended.DECEASED else age(customer.birth_date, today)
        gender = words.word(words.GENDERS, customer.gender) if customer.gender else ""
        aged = ""
        if years is not None:
            aged = ngettext("%(years)s year old", "%(years)s years old", years) % {"years": years}
        parts += [gender, aged, customer.occupation]
    else:
        parts.append(_("organisation"))
    since = age(customer.opened_on, today)
    if since is not None and not customer.ended:
        parts.append(years_with_us(since) if since else _("new this year"))
    who = _("banker %(name)s") % {"name": profile.banker_name} if profile.banker_name else _("no banker")
    if profile.branch_name:
        who = _("%(who)s (%(branch)s)") % {"who": who, "branch": profile.branch_name}
    parts.append(who)
    return [part for part in parts if part]


def years_with_us(years: int) -> str:
    """How long somebody has been a customer, in words."""
    return ngettext("%(years)s year with us", "%(years)s years with us", years) % {"years": years}


def archive(customer: Customer, today: date, language: str, risk_months: int) -> list[Row]:
    """The facts of the archive that are there, in reading order."""
    rows = [
        Row(_("Occupation"), " · ".join(filter(None, (customer.occupation, customer.employer)))),
        Row(_("Family"), words.word(words.FAMILY, customer.family_status)),
        Row(_("Education"), words.word(words.EDUCATION, customer.education)),
    ]
    if customer.yearly_income is not None:
        income = formats.money_short(customer.yearly_income, customer.income_currency, language)
        rows.append(Row(_("Yearly income"), income, _("declared")))
    rows.append(_risk(customer, today, language, risk_months))
    consent = words.word(words.CONSENT, customer.marketing_consent)
    tone = "" if customer.marketing_consent == "granted" else "orange"
    rows += [
        Row(_("Identity"), customer.identity_masked),
        Row(_("Phone"), formats.masked(customer.phone), secret=True),
        Row(_("WeCom"), _("connected") if customer.wecom_id else ""),
        Row(_("E-mail"), customer.email),
        Row(_("Address"), _address(customer)),
        Row(_("Marketing messages"), consent, tone=tone),
    ]
    return [row for row in rows if row.text]


def _address(customer: Customer) -> str:
    """The address with its city, said once."""
    if customer.address.startswith(customer.city):
        return customer.address
    return " ".join(filter(None, (customer.city, customer.address)))


def _risk(customer: Customer, today: date, language: str, risk_months: int) -> Row:
    """The risk grade with the day on which it runs out."""
    ends = risk_grade_ends(customer, risk_months)
    if ends is None:
        return Row(_("Risk grade"), customer.risk_grade or _("not assessed"), tone="orange")
    said = formats.day_short(ends, language, today)
    if ends <= today:
        return Row(_("Risk grade"), customer.risk_grade, _("ran out %(day)s") % {"day": said}, "red")
    tone = "orange" if (ends - today).days <= 30 else ""
    return Row(_("Risk grade"), customer.risk_grade, _("until %(day)s") % {"day": said}, tone)


def missing(found: Completeness) -> list[str]:
    """Names of the facts that the archive lacks."""
    return [words.word(words.FIELDS, name) for name in found.missing]


def important_dates(
    customer: Customer,
    matures_on: date | None,
    today: date,
    language: str,
    risk_months: int = OLDER_RISK_MONTHS,
) -> list[ImportantDate]:
    """Birthday by the own calendar, maturity, anniversary and the end of the risk grade; the next first."""
    found: list[tuple[str, date, str, str]] = []
    if customer.birth_date is not None:
        # The stored one is the next after the book date; on Monday it may have been on Saturday.
        is_lunar = customer.lunar_birthday and customer.kind == "person"
        kept = next_kept(customer.birth_date, today, lunar=is_lunar)
        note = ""
        if is_lunar:
            note = formats.lunar(kept.on) if formats.is_chinese(language) else _("lunar calendar")
        turns = _("turns %(years)s") % {"years": kept.years}
        label = _("Birthday") if customer.kind == "person" else _("Founded")
        found.append((label, kept.on, " · ".join(filter(None, (note, turns))), ""))
    if matures_on is not None and matures_on >= today:
        found.append((_("Next maturity"), matures_on, "", "orange" if (matures_on - today).days <= 7 else ""))
    if customer.opened_on is not None:
        kept = next_kept(customer.opened_on, today)
        found.append((_("Anniversary"), kept.on, years_with_us(kept.years), ""))
    ends = risk_grade_ends(customer, risk_months)
    if ends is not None and ends > today:
        found.append(
            (_("Risk grade ends"), ends, customer.risk_grade, "orange" if (ends - today).days <= 30 else "")
        )
    rows = [ImportantDate(label, on, (on - today).days, note, tone) for label, on, note, tone in found]
    return sorted(rows, key=lambda row: row.on)


def household(
    customer: Customer, standing: Standing, relatives: list[Relative], accounts: list[Account]
) -> Household:
    """Spouse, children, parents and joint holders with the sums that the user may see.

    Joint accounts count once: each member's assets hold only the own share. Who left or died is named, with
    since when, but no longer counted.
    """
    assets = standing.assets_now
    joint = {
        holder.customer_id: (holder, account)
        for account in accounts
        if account.holding.closed_on is None
        for holder in account.others
        if holder.role != "authorised"
    }
    home = Household(
        [Member(customer.pk, customer.name, _("this customer"), assets, can_open=False)],
        # Whose balances are not known adds nothing that is known.
        Decimal(0) if standing.ended or assets is None else assets,
    )
    known = {customer.pk}
    for one in relatives:
        if one.customer_id in known or not (one.kind in HOUSEHOLD_KINDS or one.kind == "joint_holder"):
            continue
        known.add(one.customer_id)
        note = words.word(words.RELATIONS, one.kind)
        if one.customer_id in joint and one.kind in HOUSEHOLD_KINDS:
            note = _("%(relation)s · joint account") % {"relation": note}
        if one.ended:
            note = f"{note} · {Ended(one.ended).label}"
        home.members.append(Member(one.customer_id, one.name, note, one.assets, one.can_open))
        if one.kind in HOUSEHOLD_KINDS and not one.ended:
            home.is_whole &= one.can_open
            if one.can_open:
                unknown = home.total is None or one.assets is None
                home.total = None if unknown else (home.total or Decimal(0)) + (one.assets or Decimal(0))
    for number, (holder, _account) in sorted(joint.items()):
        if number not in known:
            note = words.word(words.HOLDER_ROLES, "joint")
            home.members.append(Member(number, holder.name, note, None, holder.can_open))
    return home


def part(share: Decimal) -> str:
    """The part of an account that is one holder's: 50%; nothing where it is the whole."""
    return "" if share == 1 else formats.percent(share)


def said_holders(account: Account) -> list[dict[str, Any]]:
    """The other holders of an account with their role and part in words."""
    return [
        {
            "customer_id": one.customer_id,
            "name": one.name,
            "can_open": one.can_open,
            "said": " ".join(
                filter(None, (words.word(words.HOLDER_ROLES, one.role), part(Decimal(one.share))))
            ),
        }
        for one in account.others
    ]


def chart(months: Months) -> dict[str, Any]:
    """What the chart draws: months and one series a kind."""
    series = [
        {"name": words.word(words.PRODUCT_KINDS, kind), "values": values}
        for kind, values in months.by_kind.items()
    ]
    return {"title": _("Assets"), "months": months.months, "series": series}


@dataclass(frozen=True)
class Frame:
    """What every tab of the customer page stands in."""

    user: User
    night: Night
    profile: Profile
    standing: Standing
    language: str

    @property
    def customer(self) -> Customer:
        """The customer whose page this is."""
        return self.profile.customer

    @property
    def today(self) -> date:
        """The working day that the night prepared."""
        return self.night.work_date

    @property
    def risk_months(self) -> int:
        """How long an assessment of risk holds."""
        return risk_months(self.night.handbook_version, self.today)

    @property
    def telling(self) -> Telling:
        """How lines about this customer are told; the user and the customer's banker are called by name."""
        names = {self.user.get_username(): str(self.user)}
        if self.profile.banker_name:
            names[self.customer.banker_id] = self.profile.banker_name
        return Telling(self.language, self.night.book_currency, self.today, names)

    def archive_card(self) -> dict[str, Any]:
        """The archive with how much of it is there."""
        found = completeness(self.customer, self.today, self.risk_months)
        rows = archive(self.customer, self.today, self.language, self.risk_months)
        return {"rows": rows, "share": found.share, "missing": missing(found)}

    def age_of(self, one: Relative) -> int | None:
        """Full years since a relative's birth, on the desk's day; none of the dead."""
        return None if one.ended == Ended.DECEASED else age(one.birth_date, self.today)

    @property
    def change_ratio(self) -> Decimal | None:
        """Change of assets over 30 days as a part of what there was; None if that was nothing or unknown."""
        now, change = self.standing.assets_now, self.standing.assets_change_30d
        if now is None or change is None or now - change <= 0:
            return None
        return change / (now - change)

    def chart_words(self) -> str:
        """What the chart shows, for those who do not see it."""
        known = [
            (month, total)
            for month, total in zip(self.profile.months.months, self.profile.months.totals, strict=True)
            if total is not None
        ]
        if not known:
            return ""
        months, totals = zip(*known, strict=True)
        first, last = (self._said(amount) for amount in (totals[0], totals[-1]))
        said = _(
            "Assets by kind from %(begin)s to %(end)s: first %(first)s, highest %(most)s, last %(last)s."
        )
        return said % {
            "begin": months[0],
            "end": months[-1],
            "first": first,
            "last": last,
            "most": self._said(max(totals)),
        }

    def _said(self, amount: int) -> str:
        """An amount in the book currency, as it is said."""
        return formats.money_short(Decimal(amount), self.night.book_currency, self.language)
