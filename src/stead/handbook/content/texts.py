"""The handbook's sentences: why, what to do, what to say, with a customer's numbers in them."""

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import partial
from typing import Any

from stead.core.formats import day_short, is_chinese, money_short, percent
from stead.dmn import WordedError

FORMATS = ("money", "percent", "date", "hours", "days", "working_days", "months", "years", "text")
# How a number of these is said, in Chinese and of one or several in English.
_COUNTED = {
    "hours": ("小时", "hour", "hours"), "days": ("天", "day", "days"),
    "working_days": ("个工作日", "working day", "working days"),
    "months": ("个月", "month", "months"), "years": ("年", "year", "years"),
}  # fmt: skip
# Columns whose values have names of their own group, since actions show them too.
NAMED_BY_GROUP = {
    "channel": "channel",
    "preferred": "channel",
    "message_class": "class",
    "held_reason": "held",
}
_PLACE = re.compile(r"\{(\w+)(?::(\w*))?\}")
_MISSING = "–"
# A place alone in brackets, with the blank before them: the brackets go with what is not known.
_BRACKETED = re.compile(rf"\s?[(\uff08]{_PLACE.pattern}[)\uff09]")
_CURRENCY = re.compile(r"[A-Z]{3}")


class TextsError(WordedError):
    """What is wrong with a file of texts, with its path and key."""


@dataclass(frozen=True)
class Texts:
    """All sentences: group (reason, talk, do, held, channel, class, value), key, {"zh": ..., "en": ...}."""

    groups: Mapping[str, Mapping[str, Any]]

    @staticmethod
    def read(files: Mapping[str, str]) -> "Texts":
        """The texts of several TOML files (path to text) together. Raises TextsError for a bad one."""
        groups: dict[str, dict[str, Any]] = {}
        for path, source in files.items():
            try:
                loaded = tomllib.loads(source)
            except tomllib.TOMLDecodeError as error:
                raise TextsError("{path}: {error}", path=path, error=error) from None
            for group, entries in loaded.items():
                if not isinstance(entries, dict):
                    raise TextsError(
                        "{path}: {key} should be a group such as [reason.x]", path=path, key=group
                    )
                for key, entry in entries.items():
                    _check(path, group, key, entry)
                    if key in groups.setdefault(group, {}):
                        raise TextsError(
                            "{path}: [{key}] is there already, in another file",
                            path=path,
                            key=f"{group}.{key}",
                        )
                    groups[group][key] = entry
        _check_currency(tuple(groups.get("currency", {})))
        return Texts(groups)

    @property
    def currency(self) -> str:
        """ISO 4217 code of the currency of the handbook's amounts; empty where the edition says none."""
        return next(iter(self.groups.get("currency", {})), "")

    def reason(
        self,
        kind: str,
        numbers: Mapping[str, Any],
        language: str,
        *,
        rule_id: str = "",
        currency: str = "CNY",
        today: date | None = None,
    ) -> str:
        """Why a customer is to be contacted, as a sentence; a text named after the rule goes first.

        numbers: as stored with the action (JSON values). Amounts are in `currency`.
        today: the day of the page, by which a date needs its year or not; with none, every date has it.
        """
        entry = self._entry("reason", rule_id) or self._entry("reason", kind) or {}
        # Who has never been contacted has no last contact to speak of.
        if "contact_last_on" in numbers and numbers["contact_last_on"] is None:
            entry = self._entry("reason", f"{kind}_never") or entry
        return filled(_said(entry, language, kind), numbers, language, currency, today)

    def talking_points(
        self,
        kind: str,
        numbers: Mapping[str, Any],
        language: str,
        *,
        currency: str = "CNY",
        today: date | None = None,
    ) -> list[str]:
        """What to say, one sentence a point; none when the handbook has none."""
        points = _said(self._entry("talk", kind) or {}, language, [])
        return [filled(point, numbers, language, currency, today) for point in points]

    def to_do(
        self,
        kind: str,
        language: str,
        numbers: Mapping[str, Any] | None = None,
        *,
        currency: str = "CNY",
        today: date | None = None,
    ) -> str:
        """What to do, as a sentence. numbers: those of the action, and what its rule says."""
        text = _said(self._entry("do", kind) or {}, language, "")
        return filled(text, numbers or {}, language, currency, today)

    def held(self, reason: str, language: str) -> str:
        """Why an action is held back: "consent", or "limit/<class or channel>/<days>"."""
        name, *rest = reason.split("/")
        text = str(_said(self._entry("held", name) or {}, language, reason))
        if len(rest) == 2:
            scope = self.name("class", rest[0], language)
            scope = self.name("channel", rest[0], language) if scope == rest[0] else scope
            return text.replace("{scope}", scope).replace("{days}", rest[1])
        return text

    def name(self, group: str, key: str, language: str) -> str:
        """The name of a channel or class; the key itself when the handbook has none."""
        return str(_said(self._entry(group, key) or {}, language, key))

    def value(self, column: str, value: Any, language: str) -> str:
        """The name of a decision's value, such as tier 2: Sunflower; the value itself when it has none."""
        if column in NAMED_BY_GROUP:
            return self.name(NAMED_BY_GROUP[column], "" if value is None else str(value), language)
        names = self._entry("value", column) or {}
        return str(_said(names.get(str(value), {}), language, "" if value is None else str(value)))

    def _entry(self, group: str, key: str) -> Any:
        return self.groups.get(group, {}).get(key)


def _said(entry: Mapping[str, Any], language: str, otherwise: Any) -> Any:
    return entry.get("zh" if is_chinese(language) else "en", otherwise)


def _check_currency(codes: tuple[str, ...]) -> None:
    """The handbook's amounts are in one currency; older editions name none."""
    for code in codes:
        if not _CURRENCY.fullmatch(code):
            raise TextsError(
                "[currency] names {code}; right would be three capital letters of ISO 4217, such as CNY",
                code=repr(code),
            )
    if len(codes) > 1:
        raise TextsError(
            "[currency] names {codes}; right would be the one in which the handbook's amounts are written",
            codes=", ".join(codes),
        )


def _check(path: str, group: str, key: str, entry: Any) -> None:
    """Both languages, and only formats that there are."""
    if group == "value" and not isinstance(entry, dict):
        raise TextsError("{path}: [{key}] should hold names of values", path=path, key=f"{group}.{key}")
    pairs = entry.values() if group == "value" else [entry]
    for pair in pairs:
        if not isinstance(pair, dict) or set(pair) != {"zh", "en"}:
            raise TextsError(
                "{path}: [{key}] should have a text in zh and one in en, nothing else",
                path=path, key=f"{group}.{key}",
            )  # fmt: skip
        lists = [text for said in pair.values() if isinstance(said, list) for text in said]
        is_text = all(
            isinstance(each, str) for each in [*lists, *pair.values()] if not isinstance(each, list)
        )
        if not is_text or any(isinstance(each, list) for each in lists) or (lists and group != "talk"):
            raise TextsError(
                "{path}: [{key}] should hold a text for each language (in talk: a list of texts)",
                path=path, key=f"{group}.{key}",
            )  # fmt: skip
        if group in {"held", "channel", "class", "value"}:
            continue
        for text in [t for said in pair.values() for t in ([said] if isinstance(said, str) else said)]:
            for name, form in _PLACE.findall(text):
                if form not in FORMATS:
                    raise TextsError(
                        "{path}: [{key}] has {{{name}:{form}}}; the formats are {formats}",
                        path=path, key=f"{group}.{key}", name=name, form=form, formats=", ".join(FORMATS),
                    )  # fmt: skip


def filled(text: str, numbers: Mapping[str, Any], language: str, currency: str, today: date | None) -> str:
    """A text with its places filled: {name:format}. What is not known is a dash, never an error on a page.

    Brackets around nothing but what is not known are left out.
    """

    def without_nothing(found: re.Match[str]) -> str:
        value = numbers.get(found[1])
        return "" if value is None or value == "" else found[0]

    text = _BRACKETED.sub(without_nothing, str(text))
    return _PLACE.sub(
        lambda place: formatted(numbers.get(place[1]), place[2], language, currency, today), text
    )


def _counted(form: str, language: str, text: str) -> str:
    """A number with what is counted: 1 year, 2 years, 2 年."""
    chinese, one, many = _COUNTED[form]
    return f"{text} {chinese if is_chinese(language) else one if Decimal(text) == 1 else many}"


def formatted(value: Any, form: str, language: str, currency: str, today: date | None) -> str:
    """One value as people of the language say it. today: of the page; None gives every date its year."""
    if value is None or value == "":
        return _MISSING
    if isinstance(value, Mapping):
        # A name in both languages, such as a festival's.
        return str(_said(value, language, _MISSING))
    says: dict[str, Callable[[str], str]] = {
        "money": lambda text: money_short(Decimal(text), currency, language),
        "percent": lambda text: percent(Decimal(text)),
        "date": lambda text: day_short(date.fromisoformat(text[:10]), language, today),
        "text": str,
        **{name: partial(_counted, name, language) for name in _COUNTED},
    }
    try:
        return says[form](str(value))
    except (InvalidOperation, ValueError):
        return str(value)
