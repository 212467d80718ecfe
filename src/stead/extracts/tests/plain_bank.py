"""A bank of a few customers whose raw files are already in the contract's columns, for tests to spoil."""

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import duckdb

from stead.extracts.delivery import Delivery
from stead.extracts.run import run_extract

DAY = date(2024, 3, 31)
MAPPING = """\
book_currency = "CNY"
country = "CN"
time_zone = "Asia/Shanghai"
locale = "zh-hans"
"""
FILES = {
    "branches": "branch_id,name\nN1,North\n",
    "bankers": "banker_id,name,branch_id,capacity_minutes\nK1,Li,N1,240\n",
    "customers": (
        "customer_id,kind,name,birth_date,risk_grade,branch_id,banker_id,opened_on\n"
        "1,person,An,1980-02-29,C3,N1,K1,2020-01-01\n"
        "2,person,Bo,1985-05-05,,N1,,2020-01-01\n"
        "3,organisation,Co,1894-01-01,,N1,K1,2020-01-01\n"
    ),
    "rates": "currency,on_date,rate\nCNY,2020-01-01,1\nUSD,2024-01-01,7.1\nEUR,2024-12-01,7.8\n",
    "products": "product_id,name,kind,currency,yearly_margin\nP1,Current,demand,CNY,0.012\n",
    "accounts": (
        "account_id,product_id,currency,opened_on,closed_on\n"
        "A1,P1,CNY,2020-01-01,\nA2,P1,USD,2020-02-01,\nA3,P1,CNY,2020-03-01,2023-01-01\n"
    ),
    "holders": (
        "account_id,customer_id,role,share\n"
        "A1,1,owner,1\nA1,2,authorised,0\nA2,1,joint,0.5\nA2,2,joint,0.5\nA3,3,owner,1\n"
    ),
    "balances": "account_id,on_date,balance\nA1,2024-03-31,100.50\nA2,2024-03-31,-3\nA3,2024-03-31,0\n",
    "transactions": (
        "transaction_id,account_id,on_date,amount,kind,by_customer\n"
        "T1,A1,2024-03-30,10.00,cash_in,true\nT2,A2,2024-03-31,-2.5,fee,false\n"
    ),
}


@dataclass
class PlainBank:
    """The files of the bank in a folder, its mapping and a lake."""

    source: Path
    mapping: Path
    lake: Path
    _extracted: tuple[dict[Path, bytes], Delivery] | None = field(default=None, repr=False)

    def write(self, table: str, text: str) -> None:
        """Replace a raw file."""
        (self.source / f"{table}.csv").write_text(text, encoding="utf-8")

    def write_anew(self, table: str, text: str) -> None:
        """Replace a raw file by one of other columns, which its first line names."""
        path = self.mapping / "mapping.toml"
        columns = ", ".join(f'"{name}"' for name in text.splitlines()[0].split(","))
        entry, file = f"[sources.raw_{table}]\n", f'file = "{table}.csv"\ncolumns = '
        before, _, after = path.read_text("utf-8").partition(f"{entry}{file}")
        rest = after.partition("\n")[2]
        path.write_text(f"{before}{entry}{file}[{columns}]\n{rest}", "utf-8")
        self.write(table, text)

    def change(self, table: str, old: str, new: str) -> None:
        """Replace a part of a raw file, which must be there."""
        text = (self.source / f"{table}.csv").read_text(encoding="utf-8")
        assert old in text
        self.write(table, text.replace(old, new))

    def options(self, table: str, lines: str) -> None:
        """Add options to a source of the mapping."""
        path, entry = self.mapping / "mapping.toml", f"[sources.raw_{table}]\n"
        path.write_text(path.read_text("utf-8").replace(entry, f"{entry}{lines}\n"), "utf-8")

    def deliver(self, reject_limit: float = 1.0) -> Delivery:
        """Extract the bank's files."""
        return run_extract(self.mapping, self.source, DAY, self.lake, reject_limit)

    def delivered(self) -> Delivery:
        """The delivery of the files as they are; extracted anew only where one of them changed since."""
        folders = (self.source, self.mapping)
        files = {
            path: path.read_bytes() for folder in folders for path in folder.rglob("*") if path.is_file()
        }
        if self._extracted is None or self._extracted[0] != files:
            self._extracted = files, self.deliver()
        return self._extracted[1]

    def rejects(self, table: str) -> list[tuple[str, int, str, str | None, str]]:
        """What is set aside of a table."""
        path = str(self.delivered().rejects_path(table))
        columns = 'file, "row", "column", value, reason'
        return duckdb.connect().read_parquet(path).project(columns).fetchall()

    def rows(self, table: str) -> list[tuple[object, ...]]:
        """The rows that a table is delivered with."""
        return duckdb.connect().read_parquet(str(self.delivered().path(table))).fetchall()


def make_plain_bank(folder: Path) -> PlainBank:
    """Write the bank's files under a folder."""
    bank = PlainBank(folder / "raw", folder / "plain", folder / "lake")
    bank.source.mkdir()
    bank.mapping.mkdir()
    declared = [MAPPING]
    for table, text in FILES.items():
        bank.write(table, text)
        columns = ", ".join(f'"{name}"' for name in text.splitlines()[0].split(","))
        declared.append(f'[sources.raw_{table}]\nfile = "{table}.csv"\ncolumns = [{columns}]\n')
        (bank.mapping / f"{table}.sql").write_text(f"SELECT *\nFROM raw_{table}\n", encoding="utf-8")
    (bank.mapping / "mapping.toml").write_text("\n".join(declared), encoding="utf-8")
    return bank
