"""Gathers what the pages load from node_modules, and makes one sheet of the icons that are used."""

import json
import re
import shutil
from pathlib import Path
from xml.sax.saxutils import quoteattr

# Names of Tabler's outline icons (MIT); a page may use only these, so that the sheet stays small.
ICONS = (
    "adjustments", "alert-triangle", "arrow-back-up", "arrow-down", "arrow-down-right", "arrow-forward-up",
    "arrow-right", "arrow-up", "arrow-up-right", "arrows-diff", "bell", "bookmark", "brand-wechat",
    "building", "building-bank", "cake", "calendar-due", "calendar-event", "cash", "certificate",
    "chart-bar", "check", "checks", "chevron-down", "chevron-left", "chevron-right", "circle-check",
    "circle-x", "clipboard-list", "clock", "coin", "copy", "database", "device-floppy",
    "device-mobile-message", "dots", "download", "edit", "eye", "eye-off", "file-analytics", "file-plus",
    "file-text", "filter", "flag", "gift", "git-merge", "heart-handshake", "history", "home", "hourglass",
    "id", "info-circle", "key", "language", "list-details", "lock", "logout", "mail", "menu-2", "message",
    "moon", "moon-stars", "notes", "phone", "phone-off", "player-play", "player-skip-forward", "plus",
    "printer", "refresh", "search", "send", "settings", "shield-check", "shield-lock", "sparkles", "star",
    "sun", "sunrise", "table", "timeline", "transfer", "trash", "trending-down", "trending-up", "upload",
    "user", "user-check", "user-plus", "users", "users-group", "wallet", "x",
)  # fmt: skip
VENDOR = {
    "tabler.min.css": "@tabler/core/dist/css/tabler.min.css",
    "htmx.min.js": "htmx.org/dist/htmx.min.js",
    "echarts.min.js": "echarts/dist/echarts.common.min.js",
    "bpmn/viewer.min.js": "bpmn-js/dist/bpmn-navigated-viewer.production.min.js",
    "bpmn/diagram.css": "bpmn-js/dist/assets/diagram-js.css",
    "bpmn/bpmn.css": "bpmn-js/dist/assets/bpmn-js.css",
    "dmn/dmn-modeler.min.js": "dmn-js/dist/dmn-modeler.production.min.js",
    "dmn/css/shared.css": "dmn-js/dist/assets/dmn-js-shared.css",
    "dmn/css/decision-table.css": "dmn-js/dist/assets/dmn-js-decision-table.css",
    "dmn/css/controls.css": "dmn-js/dist/assets/dmn-js-decision-table-controls.css",
    "dmn/css/dmn.css": "dmn-js/dist/assets/dmn-font/css/dmn.css",
}
# Folders of files that are no text, copied as they are.
FOLDERS = {"dmn/font": "dmn-js/dist/assets/dmn-font/font"}
# What a published file must say otherwise here: (what it says, exactly once; what it shall say).
PATCHES = {
    "dmn/dmn-modeler.min.js": (
        # CodeMirror writes its styles into a <style> element, which the pages' policy forbids; in shadow
        # roots it uses constructed sheets, which the policy allows, and which do as well in a document.
        ("if(!e.head&&e.adoptedStyleSheets&&", "if(e.adoptedStyleSheets&&"),
        # The build says in the console, as an error, that Inferno was built for development.
        ('-1===(Hr.name||Hr.toString()).indexOf("testFn")&&', "!1&&"),
        ('console.info("Inferno is in development mode."),', ""),
    ),
}
ROOT = Path(__file__).resolve().parents[3]
TARGET = "src/stead/web/static/vendor"
LICENSES = {"tabler": "@tabler/icons/LICENSE", "dmn-js": "dmn-js/LICENSE", "bpmn-js": "bpmn-js/LICENSE"}


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


def patched(text: str, patches: tuple[tuple[str, str], ...]) -> str:
    """The text with each patch made. Raises ValueError when a new version no longer says what is patched."""
    for old, new in patches:
        if text.count(old) != 1:
            raise ValueError(
                f"{old!r} is to be there once, and not {text.count(old)}-fold: look at the new version"
            )
        text = text.replace(old, new)
    return text


def gather(modules: Path = ROOT / "node_modules", target: Path = ROOT / TARGET) -> None:
    """Write the files under `target`. Raises FileNotFoundError when `npm ci` has not run in `modules`."""
    target.mkdir(parents=True, exist_ok=True)
    for name, source in VENDOR.items():
        # The maps are for the libraries' own authors; without their lines no missing file is asked for.
        text = patched((modules / source).read_text(encoding="utf-8"), PATCHES.get(name, ()))
        _write(target / name, re.sub(r"(/\*|//)# sourceMappingURL=\S+( \*/)?", "", text))
    for name, source in FOLDERS.items():
        shutil.copytree(modules / source, target / name, dirs_exist_ok=True)
    nodes = json.loads((modules / "@tabler/icons/tabler-nodes-outline.json").read_text(encoding="utf-8"))
    _write(target / "icons.svg", sprite(nodes))
    for name, source in LICENSES.items():
        shutil.copyfile(modules / source, target / f"{name}.LICENSE.txt")


def _write(path: Path, text: str) -> None:
    """Write only what changed, so that file times stay and nothing is packed again."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    gather()
