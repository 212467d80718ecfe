"""Gathers what the pages load from node_modules: three files and one sheet of the icons that are used."""

import json
import re
import shutil
from pathlib import Path
from xml.sax.saxutils import quoteattr

# Names of Tabler's outline icons (MIT); a page may use only these, so that the sheet stays small.
ICONS = (
    "adjustments", "alert-triangle", "arrow-down", "arrow-down-right", "arrow-right", "arrow-up",
    "arrow-up-right", "bell", "bookmark", "brand-wechat", "building", "building-bank", "cake",
    "calendar-due", "calendar-event", "cash", "certificate", "chart-bar", "check", "checks",
    "chevron-down", "chevron-left", "chevron-right", "circle-check", "clipboard-list", "clock", "coin",
    "copy", "database", "device-mobile-message", "dots", "download", "edit", "eye", "eye-off",
    "file-analytics", "filter", "flag", "gift", "heart-handshake", "history", "home", "hourglass", "id",
    "info-circle", "key", "language", "list-details", "lock", "logout", "mail", "menu-2", "message",
    "moon", "moon-stars", "notes", "phone", "phone-off", "player-skip-forward", "plus", "refresh",
    "search", "settings", "shield-check", "shield-lock", "sparkles", "star", "sun", "sunrise",
    "table", "timeline", "transfer", "trending-down", "trending-up", "user", "user-check",
    "user-plus", "users", "users-group", "wallet", "x",
)  # fmt: skip
VENDOR = {
    "tabler.min.css": "@tabler/core/dist/css/tabler.min.css",
    "htmx.min.js": "htmx.org/dist/htmx.min.js",
    "echarts.min.js": "echarts/dist/echarts.common.min.js",
}
ROOT = Path(__file__).resolve().parents[3]
TARGET = "src/stead/web/static/vendor"
LICENSES = {"tabler": "@tabler/icons/LICENSE"}


def sprite(nodes: dict[str, list[list[object]]], names: tuple[str, ...] = ICONS) -> str:
    """One SVG with a symbol for each name. `nodes`: Tabler's own table of shapes by icon.

    Raises KeyError naming the icon that Tabler does not have.
    """
    symbols = []
    for name in names:
        shapes = "".join(
            f"<{tag} {' '.join(f'{key}={quoteattr(str(value))}' for key, value in attributes.items())}/>"
            for tag, attributes in nodes[name]
            if isinstance(attributes, dict)
        )
        symbols.append(f'<symbol id="{name}" viewBox="0 0 24 24">{shapes}</symbol>')
    return f'<svg xmlns="http://www.w3.org/2000/svg">{"".join(symbols)}</svg>\n'


def gather(modules: Path = ROOT / "node_modules", target: Path = ROOT / TARGET) -> None:
    """Write the files under `target`. Raises FileNotFoundError when `npm ci` has not run in `modules`."""
    target.mkdir(parents=True, exist_ok=True)
    for name, source in VENDOR.items():
        # The maps are for the libraries' own authors; without their lines no missing file is asked for.
        text = (modules / source).read_text(encoding="utf-8")
        _write(target / name, re.sub(r"(/\*|//)# sourceMappingURL=\S+( \*/)?", "", text))
    nodes = json.loads((modules / "@tabler/icons/tabler-nodes-outline.json").read_text(encoding="utf-8"))
    _write(target / "icons.svg", sprite(nodes))
    for name, source in LICENSES.items():
        shutil.copyfile(modules / source, target / f"{name}.LICENSE.txt")


def _write(path: Path, text: str) -> None:
    """Write only what changed, so that file times stay and nothing is packed again."""
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    gather()
