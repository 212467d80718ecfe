"""Pinyin and initials of names."""

import ibis
import pyarrow as pa
import pytest

from stead.customers.names import pinyin_names, readings

NAMES = {
    "周慧敏": ("zhouhuimin", "zhm"),
    "王小明": ("wangxiaoming", "wxm"),
    "单雄信": ("shanxiongxin", "sxx"),  # a surname read in its own way
    "曾国藩": ("zengguofan", "zgf"),
    "欧阳修": ("ouyangxiu", "oyx"),
    "尉迟恭": ("yuchigong", "ycg"),
    "吕布": ("lvbu", "lb"),
    "Jiří Novák": ("jirinovak", "jn"),
    "Anna-Marie O'Neil": ("annamarieoneil", "ao"),
    "东方A8公司": ("dongfanga8gongsi", "dfa8gs"),
}


@pytest.mark.parametrize(("name", "expected"), NAMES.items(), ids=list(NAMES))
def test_a_name_is_read(name: str, expected: tuple[str, str]) -> None:
    con = ibis.duckdb.connect()
    people = ibis.memtable(pa.table({"customer_id": ["1"], "name": [name]}))
    found = con.to_pyarrow(pinyin_names(people, readings())).to_pylist()
    assert [(row["pinyin"], row["initials"]) for row in found] == [expected]
