"""Whoever is there is found, however the name, the phone or the number is written or typed."""

import pytest
from tests import factories

from stead.access.models import User
from stead.customers.search import found_by, search

pytestmark = [pytest.mark.database, pytest.mark.django_db]
# What is stored, and behind it what is typed.
NAMES = """
J.P. Morgan | J.P. Morgan | jp morgan | JPMorgan
AT&T | AT&T | att | AT & T
H&M | H&M | h & m
A+B Ltd | A+B Ltd | a+b
Smith, John | Smith, John | John Smith | smith
Dr. Zhou | Dr. Zhou | zhou
Müller | Müller | muller | MÜLLER | Mu\u0308ller
Muller | Müller
Łukasz Ørsted | lukasz orsted | Ørsted
O’Neil-Ward | O’Neil-Ward | O'Neil Ward | oneil | ward
50_Cent | 50_Cent | 50 cent
100% | 100% | １００％
Straße 9 GmbH | strasse | Straße 9
Isaac Asher Watts | Watts | Isaac Watts | watts isaac | asher | wat isa | iaw | Watts, Isaac A.
Nguyễn Văn An | nguyen an | Nguyễn
İstanbul A.Ş. | istanbul as
Иван Петров | петров | ИВАН
张三丰 | 张\u3000三丰 | 张 三 丰 | zsf | ZSF | 三丰
张\u3000三丰 | 张三丰 | 张\u3000三丰 | 三丰 | zsf | zhangsanfeng
王小明 | 王 小 明 | 小明 | Xiaoming Wang | ＷＸＭ | wang xiaoming
王 小 明 | 王小明 | 小明 | 王 小明
欧阳修 | 修 | ouyangxiu | oyx
单雄信 | shanxiongxin | danxiongxin
尉迟恭 | yuchigong | weichigong | 恭
澹台明 | tantaiming | dantaiming
买买提吐尔逊 | 买买提·吐尔逊 | 买买提 吐尔逊
东方Ａ８公司 | 东方a8 | 东方Ａ８
吕布 | lvbu | lyubu
𠮷野家 | 𠮷 | jiyejia
䶮海 | yanhai | 䶮
韩𬎆 | hanying | 𬎆
"""
PHONES = """
13812342206 | +86 13812342206 | 0086-138-1234-2206 | 138 1234 2206 | １３８１２３４２２０６ | 013812342206
13812342206 | 8613812342206 | 2206 | 42206 | 138123 | +86 138 1234 | 13812342206\t | (138) 1234-2206
+86 138-1234-2206 | 13812342206 | 0086 13812342206 | 2206
0086 138 1234 2206 | 13812342206 | +8613812342206
13812342206\t | 2206 | 13812342206
010-66667777 | 66667777 | 01066667777 | 010 6666 7777 | +86 10 66667777 | 7777 | 1066667777 | (010) 66667777
010-66667777 | 010-66667777-12 | 010-66667777转12
66667777 | 010-66667777 | 66667777 | 6666-7777 | 7777 | +86 10 6666 7777
0571-88880000 转 123 | 88880000 | 0571-88880000 | 0571 88880000 ext. 5 | 0000
13812342206 / 0571-88880000 | 13812342206 | 88880000 | 0571-88880000 | 2206 | 0000 | +86 571 88880000
8888000，13812342206;13900001111 | 13812342206 | 13900001111 | 1111 | 0571-8888000
+420 777 123 456 | +420777123456 | 00420 777 123 456 | 777123456 | 3456
400-800-1234 | 4008001234 | 400 800 1234 | 1234
95588 | 95588
"""
NUMBERS = """
AB12 | ab12 | ＡＢ１２
ab12 | AB12
A/12 | A/12 | a12
00 92 | 0092
客户7 | 客户7
C#1 | c#1
50% | 50%
0092-1183 | 00921183 | 0092 1183
00921183 | 0092 1183 | 009211
"""
DOTS = "·•・‧.ㆍ"


def pairs(lines: str) -> list[tuple[str, str]]:
    """What is stored with each text that is typed for it."""
    rows = [line.split(" | ") for line in lines.strip("\n").split("\n")]
    return [(stored, typed) for stored, *several in rows for typed in several]


@pytest.fixture
def user() -> User:
    """A banker of a bank with another customer besides."""
    factories.night()
    factories.customer("Z2", "陈国栋", phone="13755558888", identity_ending="")
    return factories.user()


@pytest.mark.parametrize(("name", "typed"), pairs(NAMES))
def test_a_name(user: User, name: str, typed: str) -> None:
    factories.customer("Z1", name, phone="")
    assert [number for number, _way in search(user, typed, country="CN")] == ["Z1"]
    assert list(found_by(user, typed, country="CN").values_list("pk", flat=True)) == ["Z1"]


@pytest.mark.parametrize("typed", ["", *DOTS, "．", " "])
@pytest.mark.parametrize("dot", [*DOTS, "．", " "])
def test_a_name_with_a_dot(user: User, dot: str, typed: str) -> None:
    factories.customer("Z1", f"买买提{dot}吐尔逊", phone="")
    for text in (f"买买提{typed}吐尔逊", "吐尔逊", "maimaiti"):
        assert [number for number, _way in search(user, text, country="CN")] == ["Z1"]


@pytest.mark.parametrize(("stored", "typed"), pairs(PHONES))
def test_a_phone(user: User, stored: str, typed: str) -> None:
    factories.customer("Z1", phone=stored)
    assert search(user, typed, country="CN") == [("Z1", "phone")]


def test_a_phone_of_a_bank_in_another_country(user: User) -> None:
    factories.customer("Z1", phone="030/12345678", phone_key="493012345678")
    for typed in ("030 12345678", "+49 30 12345678", "0049-30-12345678", "5678"):
        assert search(user, typed, country="DE") == [("Z1", "phone")]


@pytest.mark.parametrize(("number", "typed"), pairs(NUMBERS))
def test_a_customer_number(user: User, number: str, typed: str) -> None:
    factories.customer(number, phone="")
    assert search(user, typed, country="CN") == [(number, "number")]
