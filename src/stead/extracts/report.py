"""What an extract did, for the terminal: rows and rejects of each table, and each reason with an example."""

from rich.console import Console, Group
from rich.table import Table
from rich.text import Text

from stead.extracts.delivery import Delivery, RejectGroup
from stead.extracts.reject_files import WORKBOOK
from stead.extracts.reject_rows import group_shown


def summary(delivery: Delivery, *, is_trial: bool = False) -> Group:
    """The summary of a delivery as rich prints it."""
    tables = Table(title=f"Extracts of {delivery.date} ({delivery.bank.mapping})", title_justify="left")
    tables.add_column("table")
    tables.add_column("rows", justify="right")
    tables.add_column("set aside", justify="right")
    tables.add_column("share", justify="right")
    for name, table in delivery.tables.items():
        read = table.rows + table.rejected
        share = f"{table.rejected / read:.2%}" if table.rejected else ""
        style = "yellow" if table.rejected else ""
        tables.add_row(
            name, f"{table.rows:,}", f"{table.rejected:,}" if table.rejected else "", share, style=style
        )
    parts: list[Table | Text] = [tables]
    if delivery.rejects:
        parts.append(_rejects(delivery.rejects))
    parts.extend(
        Text(f"Refused, no night will publish it. {wrong}", style="bold red")
        for wrong in (delivery.refused, delivery.stopped)
        if wrong
    )
    if delivery.accepted:
        told = (
            f"Accepted by {delivery.accepted.by}: {delivery.accepted.reason}. {'; '.join(delivery.differs)}."
        )
        parts.append(Text(told, style="yellow"))
    workbook = delivery.folder / "rejects" / WORKBOOK
    kept = f"{delivery.folder}" + (f" (rows set aside: {workbook})" * workbook.exists())
    parts.append(Text("Only looked at; nothing was kept." if is_trial else kept))
    return Group(*parts)


def _rejects(groups: tuple[RejectGroup, ...]) -> Table:
    rejects = Table(title="Rows set aside", title_justify="left")
    for name in ("table", "column"):
        rejects.add_column(name)
    rejects.add_column("rows", justify="right")
    for name in ("what was wrong, and what would be right", "for example"):
        rejects.add_column(name, overflow="fold")
    for group in map(group_shown, groups):
        at = f"{group.example['file']}, row {group.example['row']}"
        value = group.example["value"]
        example = f"{at}: {value}" if value is not None else at
        rejects.add_row(group.table, group.column, f"{group.count:,}", Text(group.reason), Text(example))
    return rejects


def print_summary(delivery: Delivery, console: Console, *, is_trial: bool = False) -> None:
    """Print the summary; nothing of a bank's data is read as markup."""
    console.print(summary(delivery, is_trial=is_trial))
