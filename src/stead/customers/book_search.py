"""By what the search finds each customer, computed in the night as columns; of one customer, in Python.

Both sides are one form: `search_keys` says what it is, and `search_columns` gives the same for a whole bank.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

import ibis
import pyarrow as pa
from ibis.expr.types import StringValue, Table

from stead.core.formats import BLANKS, MASK_HIDDEN_MIN, MASK_SHOWN_MAX
from stead.customers import names, normal_form, phones
from stead.customers.surnames import COMPOUND

# Further numbers stand among the words, whole and by their last four digits, marked so that no word is alike.
_FURTHER = r"([0-9]*?)([0-9]{1,4})( |$)"
_FURTHER_WORDS = r"+\1\2 -\2\3"
IDENTITY_ENDING = 6


@dataclass(frozen=True)
class SearchKeys:
    """What is stored of one customer for the search; as columns, see `models.Customer`."""

    number_key: str
    name_key: str
    words: str
    pinyin: str
    initials: str
    phone_key: str
    identity_ending: str


def search_keys(
    customer_id: str, name: str, phone: str, identity_number: str, country: phones.Country
) -> SearchKeys:
    """What is stored of one customer."""
    form = normal_form.spaced(name)
    spelt = names.spelling(form)
    keys = phones.phone_keys(phone, country)
    further = re.sub(_FURTHER, _FURTHER_WORDS, " ".join(keys[1:]))
    words = f"{_parts(form)}{spelt.others} {further}"
    return SearchKeys(
        number_key=normal_form.key(customer_id),
        name_key=form.replace(" ", ""),
        words=re.sub(" +", " ", words).strip(" "),
        pinyin=spelt.pinyin,
        initials=spelt.initials,
        phone_key=keys[0] if keys else "",
        identity_ending=normal_form.key(identity_number).upper()[-IDENTITY_ENDING:],
    )


def _parts(form: str) -> str:
    """The words of a name of several; the given name after a surname of two characters."""
    if " " in form:
        return form
    return form[2:] if form[:2] in COMPOUND else ""


def tables() -> dict[str, pa.Table]:
    """What `search_columns` reads besides the customers, to be given to its connection under these names."""
    return {
        "search_signs": normal_form.signs(),
        "search_readings": names.sign_table(),
        "search_surnames": names.opening_table(),
    }


def search_columns(
    customers: Table,
    country: phones.Country,
    known: Callable[[str], Table],
    keep: Callable[[str, Table], Table],
    read: Callable[[Table], Table],
) -> Table:
    """customer_id with the columns of `SearchKeys` of every customer.

    known: gives those of `tables()` by name. keep: computes rows once, under a name. read: from a table of
    texts, the phones that are in no common spelling, gives `phones.key_table` of them.
    """
    texts = [
        customers.select(text=customers[name].fill_null(""))
        for name in ("customer_id", "name", "identity_number")
    ]
    forms = keep("search_forms", normal_form.odd_texts(ibis.union(*texts), known("search_signs")))
    phone = customers.phone.fill_null("")
    rows = customers.select(
        "customer_id",
        name=customers.name.fill_null(""),
        identity=customers.identity_number.fill_null(""),
        phone=phone,
        plain=phones.plain_column(phone, country),
    )
    for name in ("customer_id", "name", "identity"):
        form = forms.select(**{f"{name}_text": forms.text, f"{name}_form": forms.form})
        rows = rows.left_join(form, rows[name] == form[f"{name}_text"]).drop(f"{name}_text")
    rows = rows.select(
        "customer_id", "phone", "plain",
        form=normal_form.spaced_column(rows.name, rows.name_form),
        number_key=normal_form.bare(normal_form.spaced_column(rows.customer_id, rows.customer_id_form)),
        identity=normal_form.bare(normal_form.spaced_column(rows.identity, rows.identity_form)),
    )  # fmt: skip
    rows = keep("search_rows", rows)
    odd = read(rows.filter((rows.phone != "") & (rows.plain == "")).select(text=rows.phone).distinct())
    # Kept, so that it is known how few they are: the joins would else be made for billions of rows.
    spelling = keep(
        "search_spelling",
        names.names_read(rows.select("form"), known("search_readings"), known("search_surnames")),
    )
    spelt = rows.left_join(spelling, "form").left_join(odd, rows.phone == odd.text)
    return _read_keys(spelt)


def _read_keys(spelt: Table) -> Table:
    """The columns of `SearchKeys`, from what was read of each customer."""
    # Patterns are dear, and of most customers there is nothing to look for: they have one plain number.
    is_plain, keys = spelt.plain != "", spelt["keys"].fill_null("")
    further = ibis.ifelse(is_plain, "", keys.re_replace("^[0-9]+ ?", "").re_replace(_FURTHER, _FURTHER_WORDS))
    words = _parts_column(spelt.form) + spelt.others.fill_null("") + " " + further
    spelt = spelt.mutate(words=words)
    return spelt.select(
        "customer_id",
        "number_key",
        name_key=normal_form.bare(spelt.form),
        words=ibis.ifelse(spelt.words == " ", "", spelt.words.re_replace(" +", " ").strip()),
        pinyin=spelt.pinyin.fill_null(""),
        initials=spelt.initials.fill_null(""),
        phone_key=ibis.ifelse(is_plain, spelt.plain, keys.re_extract("^[0-9]*", 0)),
        identity_ending=spelt.identity.upper().right(IDENTITY_ENDING),
    )


def _parts_column(form: StringValue) -> StringValue:
    """`_parts` of a column."""
    is_pair = form.substr(0, 2).isin(sorted(COMPOUND))
    return ibis.ifelse(form.contains(" "), form, ibis.ifelse(is_pair, form.substr(2), ""))


def masked_column(text: StringValue) -> StringValue:
    """`core.formats.masked` of a column."""
    # Most numbers are written without, and looking for a blank costs a fraction of replacing it.
    bare = ibis.ifelse(text.re_search(BLANKS), text.re_replace(BLANKS, ""), text)
    shown = ibis.greatest(ibis.least(bare.length() - MASK_HIDDEN_MIN, MASK_SHOWN_MAX), 0)
    return ibis.literal("*").repeat(bare.length() - shown) + bare.right(shown)
