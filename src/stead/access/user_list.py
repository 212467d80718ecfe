"""A list of users as a file, in whatever encoding a spreadsheet wrote it; its faults told all at once."""

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from stead.access.models import Role, User
from stead.core.encodings import guessed_encoding
from stead.core.formats import counted

# The columns by their names, in English and Chinese.
COLUMNS: dict[str, tuple[str, ...]] = {
    "username": ("username", "login name", "login", "登录名", "用户名"),
    "full_name": ("name", "full_name", "full name", "姓名", "名称"),
    "role": ("role", "角色", "岗位"),
    "banker_id": ("banker_id", "banker number", "客户经理号", "客户经理编号"),
    "branch_id": ("branch_id", "branch number", "branch", "机构号", "网点号"),
    "language": ("language", "语言"),
    "email": ("email", "e-mail", "电子邮箱", "邮箱"),
    "active": ("active", "在用", "启用"),
}
REQUIRED = ("username", "full_name", "role")
ROLES: dict[str, tuple[str, ...]] = {
    Role.BANKER: ("banker", "客户经理"),
    Role.BRANCH_HEAD: ("branch head", "网点主任", "网点负责人", "支行负责人"),
    Role.POLICY_OFFICER: ("policy officer", "product and policy officer", "制度岗", "产品与制度岗"),
    Role.AUDITOR: ("auditor", "审计", "审计员"),
    Role.ADMINISTRATOR: ("administrator", "管理员", "系统管理员"),
}
LANGUAGES: dict[str, tuple[str, ...]] = {
    "zh-hans": ("zh-hans", "zh", "中文"),
    "en": ("en", "english", "英文"),
}
YES, NO = ("yes", "y", "true", "1", "是"), ("no", "n", "false", "0", "否")
NAME_LENGTH_MAX, NUMBER_LENGTH_MAX = 100, 32


@dataclass(frozen=True)
class Fault:
    """What is wrong with the file: row (0: the file as a whole), column, and the sentence that says it."""

    row: int
    column: str
    message: str

    def __str__(self) -> str:
        place = ", ".join(part for part in (f"row {self.row}" if self.row else "", self.column) if part)
        return f"{place}: {self.message}" if place else self.message


@dataclass(frozen=True)
class ListedUser:
    """A user as the file has it. `None`: the file has no such column, so what is there stays."""

    row: int
    username: str
    full_name: str
    role: Role
    banker_id: str
    branch_id: str
    language: str | None
    email: str | None
    active: bool | None


def read_users(data: bytes) -> tuple[list[ListedUser], list[Fault]]:
    """The users of a CSV file, and everything that is wrong with it by itself, in the order of the rows."""
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        return [], [Fault(0, "", "this is an Excel workbook; right would be the sheet saved as CSV.")]
    encoding, _ = guessed_encoding(data)
    try:
        text = data.decode(encoding).removeprefix("\ufeff").replace("\0", "\ufffd")
    except UnicodeDecodeError:
        return [], [Fault(0, "", "the bytes are no text; right would be CSV in UTF-8 or GBK.")]
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        rows = [(reader.line_num, [value.strip() for value in row]) for row in reader]
    except csv.Error as error:
        line = reader.line_num
        return [], [Fault(line, "", f"cannot be read ({error}); right would be quotes that are closed.")]
    rows = [(number, row) for number, row in rows if any(row)]
    if not rows:
        return [], [Fault(0, "", f"the file is empty; right would be a header with {', '.join(REQUIRED)}.")]
    return _listed(rows)


def _listed(rows: list[tuple[int, list[str]]]) -> tuple[list[ListedUser], list[Fault]]:
    columns, faults = _header(*rows[0])
    if faults:
        return [], faults
    users: list[ListedUser] = []
    seen: dict[str, int] = {}
    for number, row in rows[1:]:
        if len(row) != len(columns):
            told = f"{counted(len(row), 'value')}; right would be {len(columns)}, as in the header."
            faults.append(Fault(number, "", told))
            continue
        values = dict(zip(columns, row, strict=True))
        wrong = [Fault(number, column, message) for column, message in _faults(values)]
        before = seen.setdefault(values["username"].casefold(), number)
        if before != number and values["username"]:
            wrong.append(Fault(number, "username", f"{values['username']} stands in row {before} too."))
        faults += wrong
        if not wrong:
            users.append(_user(number, values))
    return users, faults


def _header(number: int, header: list[str]) -> tuple[list[str], list[Fault]]:
    """The columns in order, by their names here; unknown, missing and doubled ones are faults."""
    known = {name: column for column, names in COLUMNS.items() for name in names}
    columns = [known.get(name.casefold(), "") for name in header]
    right = f"right would be some of {', '.join(COLUMNS)}."
    faults = [
        Fault(number, name or f"column {place}", f"is unknown; {right}")
        for place, (name, column) in enumerate(zip(header, columns, strict=True), 1)
        if not column
    ]
    faults += [
        Fault(number, column, "is missing in the header.") for column in REQUIRED if column not in columns
    ]
    twice = sorted({column for column in columns if column and columns.count(column) > 1})
    return columns, faults + [Fault(number, column, "stands twice in the header.") for column in twice]


def _code(value: str, codes: dict[str, tuple[str, ...]]) -> str:
    """What a word of the file means; empty when nobody knows it."""
    return next((code for code, words in codes.items() if value.casefold() in {code.casefold(), *words}), "")


def _faults(values: dict[str, str]) -> Iterator[tuple[str, str]]:
    """What is wrong with the values of one user, each with its column."""
    if not values["username"]:
        yield "username", "is empty; right would be a login name."
    elif len(values["username"]) > 150 or not _passes(User.username_validator, values["username"]):
        yield (
            "username",
            f"{values['username']}: right would be letters, digits and @ . + - _ only, at most 150.",
        )
    if not values["full_name"] or len(values["full_name"]) > NAME_LENGTH_MAX:
        yield "full_name", f"right would be a name of at most {NAME_LENGTH_MAX} signs."
    role = _code(values["role"], ROLES)
    if not role:
        yield "role", f"{values['role'] or 'nothing'}: right would be one of {', '.join(Role.values)}."
    for column, owner in (("banker_id", Role.BANKER), ("branch_id", Role.BRANCH_HEAD)):
        number = values.get(column, "")
        if role == owner and not number:
            yield column, f"is empty; a {Role(role).label.lower()} needs the number in the bank's files."
        if len(number) > NUMBER_LENGTH_MAX:
            yield column, f"{number}: right would be at most {NUMBER_LENGTH_MAX} signs."
    yield from _detail_faults(values)


def _detail_faults(values: dict[str, str]) -> Iterator[tuple[str, str]]:
    """What is wrong with the columns that a list may leave out."""
    if values.get("language") and not _code(values["language"], LANGUAGES):
        yield "language", f"{values['language']}: right would be zh-hans or en."
    if values.get("email") and not _passes(validate_email, values["email"]):
        yield "email", f"{values['email']}: this is no e-mail address."
    if "active" in values and values["active"].casefold() not in YES + NO:
        yield "active", f"{values['active'] or 'nothing'}: right would be yes or no."


def _passes(validator: Callable[[str], object], value: str) -> bool:
    try:
        validator(value)
    except ValidationError:
        return False
    return True


def _user(row: int, values: dict[str, str]) -> ListedUser:
    language = values.get("language")
    return ListedUser(
        row=row,
        username=values["username"],
        full_name=values["full_name"],
        role=Role(_code(values["role"], ROLES)),
        banker_id=values.get("banker_id", ""),
        branch_id=values.get("branch_id", ""),
        language=_code(language, LANGUAGES) if language else None,
        email=values.get("email"),
        active=values["active"].casefold() in YES if "active" in values else None,
    )
