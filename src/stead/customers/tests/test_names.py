"""Pinyin and initials of names."""

import pytest
from pypinyin.pinyin_dict import pinyin_dict

from stead.customers.names import openings, readings, spelling
from stead.customers.normal_form import WRITTEN, spaced
from stead.customers.surnames import COMPOUND, SINGLE, TRADITIONAL

NAMES = {
    "周慧敏": ("zhouhuimin", "zhm"),
    "张三丰": ("zhangsanfeng", "zsf"),
    "单雄信": ("shanxiongxin", "sxx"),  # a surname read in its own way
    "曾国藩": ("zengguofan", "zgf"),
    "欧阳修": ("ouyangxiu", "oyx"),
    "尉迟恭": ("yuchigong", "ycg"),
    "单于": ("chanyu", "cy"),
    "吕布": ("lvbu", "lb"),
    "王曾": ("wangceng", "wc"),  # the same character in a given name
    "Jiří Novák": ("jirinovak", "jn"),
    "Anna-Marie O'Neil": ("annamarieoneil", "amo"),
    "东方A8公司": ("dongfanga8gongsi", "dfa8gs"),
    "韩𬎆": ("hanying", "hy"),
    "䶮小": ("yanxiao", "yx"),
    "𠮷田": ("jitian", "jt"),
    "王\ue000明": ("wang\ue000ming", "w\ue000m"),  # a character of the bank's own
    "龥𲎯王": ("yu𲎯wang", "y𲎯w"),
}
SURNAMES = """
    阚 kan 薄 bo 乜 nie 祭 zhai 佴 nai 藏 zang 都 du 句 gou 单 shan 仇 qiu 解 xie 曾 zeng
    查 zha 盖 ge 区 ou 朴 piao 尉迟 yuchi 单于 chanyu 澹台 tantai 任 ren 华 hua 乐 yue 缪 miao 种 chong
    员 yun 折 she 翟 zhai 覃 qin 秘 bi 冼 xian 宁 ning 卜 bu 牟 mu 黑 he 繁 po 隗 wei
    郗 xi 谌 chen 莘 shen 万俟 moqi 令狐 linghu 长孙 zhangsun 乐正 yuezheng 於 yu 那 na 贾 jia 石 shi 沈 shen
    燕 yan 召 shao 尉 wei 車 che 應 ying
"""


@pytest.mark.parametrize(("name", "expected"), NAMES.items(), ids=range(len(NAMES)))
def test_a_name_is_read(name: str, expected: tuple[str, str]) -> None:
    found = spelling(spaced(name))
    assert (found.pinyin, found.initials) == expected


@pytest.mark.parametrize(
    ("surname", "reading"), list(zip(SURNAMES.split()[::2], SURNAMES.split()[1::2], strict=True))
)
def test_a_surname_is_read_in_its_own_way(surname: str, reading: str) -> None:
    assert spelling(f"{surname}伟").pinyin == f"{reading}wei"


@pytest.mark.parametrize(
    ("name", "others"),
    [
        ("曾伟", "cengwei"),
        ("单伟", "danwei"),
        ("尉迟伟", "weichiwei"),
        ("单于伟", "danyuwei"),
        ("澹台伟", "dantaiwei"),
        ("區伟", "quwei"),
        ("樸伟", "puwei"),
        ("佴伟", "erwei"),
        ("阚伟", "hanwei"),
    ],
)
def test_both_readings_are_there(name: str, others: str) -> None:
    assert others in spelling(name).others.split()


@pytest.mark.parametrize("surname", [*SINGLE, *COMPOUND, *TRADITIONAL])
def test_every_surname_has_as_many_syllables_as_characters_and_no_reading_twice(surname: str) -> None:
    first, others = openings()[surname]
    told = [first, *(other for other in others.split(",") if other)]
    assert {len(reading.split(" ")) for reading in told} == {len(surname)}
    assert len(told) == len(set(told))


def test_every_character_of_the_dictionary_has_a_reading_in_plain_letters() -> None:
    known = {chr(code) for code in pinyin_dict if WRITTEN.match(chr(code))}
    assert known <= set(readings())
    assert [
        sign for sign, reading in readings().items() if not (reading.isascii() and reading.isalpha())
    ] == []
