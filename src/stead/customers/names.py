"""Pinyin and initials of names, for the search: looked up by joins, a million names at once."""

import os
from functools import cache

import ibis
import pyarrow as pa
from ibis.expr.types import Table

# Names are read sign by sign. The dictionary of phrases would take a quarter of a second of every start.
os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")
from pypinyin.contrib.tone_convert import to_normal
from pypinyin.pinyin_dict import pinyin_dict

# Surnames of two characters (the common ones of the Hundred Family Surnames and of the census).
COMPOUND = {
    "欧阳": "ou yang", "上官": "shang guan", "司马": "si ma", "诸葛": "zhu ge", "司徒": "si tu",
    "东方": "dong fang", "皇甫": "huang fu", "尉迟": "yu chi", "公孙": "gong sun", "慕容": "mu rong",
    "令狐": "ling hu", "宇文": "yu wen", "长孙": "zhang sun", "夏侯": "xia hou", "轩辕": "xuan yuan",
    "端木": "duan mu", "百里": "bai li", "东郭": "dong guo", "南宫": "nan gong", "呼延": "hu yan",
    "万俟": "mo qi", "澹台": "tan tai", "闻人": "wen ren", "独孤": "du gu", "鲜于": "xian yu",
    "申屠": "shen tu", "太史": "tai shi", "第五": "di wu", "赫连": "he lian", "公冶": "gong ye",
}  # fmt: skip
# Characters that are read in another way when they are a surname.
SURNAMES = {
    "单": "shan", "曾": "zeng", "解": "xie", "仇": "qiu", "区": "ou", "查": "zha", "朴": "piao", "任": "ren",
    "华": "hua", "盖": "ge", "召": "shao", "尉": "wei", "乐": "yue", "缪": "miao", "种": "chong", "燕": "yan",
    "员": "yun", "折": "she", "翟": "zhai", "覃": "qin", "秘": "bi", "冼": "xian", "宁": "ning", "卜": "bu",
    "牟": "mu", "万": "wan", "黑": "he", "繁": "po", "逄": "pang", "隗": "wei", "郗": "xi", "重": "chong",
}  # fmt: skip


@cache
def _readings() -> pa.Table:
    """sign, place (first: opens the name; later), reading: of every character and surname."""
    signs = [chr(code) for code in pinyin_dict if 0x4E00 <= code <= 0x9FFF]
    plain = {sign: to_normal(pinyin_dict[ord(sign)].split(",")[0]).replace("ü", "v") for sign in signs}
    # The dictionary's first reading is the commonest.
    rows = [(sign, "later", reading) for sign, reading in plain.items()]
    rows += [(sign, "first", SURNAMES.get(sign, reading)) for sign, reading in plain.items()]
    rows += [(sign, "both", reading) for sign, reading in COMPOUND.items()]
    columns = [pa.array(column, pa.string()) for column in zip(*rows, strict=True)]
    return pa.table(columns, names=["sign", "place", "reading"])


def readings() -> Table:
    """The table of readings, made once."""
    return ibis.memtable(_readings())


def pinyin_names(customers: Table, known: Table) -> Table:
    """customer_id, pinyin, initials of every customer with a name.

    known: `readings()`, as a table of the same connection. A Chinese name: zhouhuimin and zhm. Of other
    scripts the letters in lower case without accents, spaces and marks: zhm of "Zoë H. May".
    """
    name = customers.name.strip()
    chinese = name.re_search("^[\u4e00-\u9fff]")
    split = customers.select("customer_id", "name", chinese=chinese)
    return _chinese(split.filter(split.chinese), known).union(_other(split.filter(~split.chinese)))


def _chinese(people: Table, known: Table) -> Table:
    """Names are read sign by sign; distinct names once."""
    names = people.select("name").distinct()
    both = known.filter(known.place == "both").select(pair="sign", pair_reading="reading")
    names = names.mutate(pair=names.name.substr(0, 2)).left_join(both, "pair")
    signs = names.select("name", "pair_reading", nth=ibis.range(0, names.name.length()).unnest())
    signs = signs.mutate(sign=signs.name.substr(signs.nth, 1))
    compound = signs.pair_reading.notnull()
    # A compound surname brings two readings at once: its second sign is not read again.
    signs = signs.filter(~(compound & (signs.nth == 1)))
    first = (signs.nth == 0).ifelse("first", "later")
    signs = signs.mutate(place=first)
    each = known.filter(known.place != "both")
    read = signs.left_join(each, [signs.sign == each.sign, signs.place == each.place], rname="{name}_known")
    opening = read.pair_reading.notnull() & (read.nth == 0)
    # Digits and letters among the characters stand for themselves; other signs are dropped.
    itself = read.sign.lower().re_replace("[^a-z0-9]", "")
    words = ibis.ifelse(opening, read.pair_reading, ibis.coalesce(read.reading, itself))
    second = ibis.ifelse(opening, words.split(" ")[1].substr(0, 1), "")
    spelt = read.mutate(word=words.replace(" ", ""), letters=words.substr(0, 1) + second)
    joined = spelt.group_by("name").aggregate(
        pinyin=spelt.word.group_concat("", order_by=spelt.nth),
        initials=spelt.letters.group_concat("", order_by=spelt.nth),
    )
    return people.join(joined, "name").select("customer_id", "pinyin", "initials")


@ibis.udf.scalar.builtin(name="strip_accents")  # type: ignore[untyped-decorator]
def _plain(text: str) -> str:  # type: ignore[empty-body]
    """The letters without their marks."""


def _other(people: Table) -> Table:
    """Names in letters: lower case, and the first letter of each word."""
    low = _plain(people.name).lower()
    return people.select(
        "customer_id",
        pinyin=low.re_replace(r"[\s\p{P}]+", ""),
        initials=(" " + low).re_replace(r"[\s\p{P}]+(\S)\S*", r"\1").re_replace(r"[\s\p{P}]", ""),
    )
