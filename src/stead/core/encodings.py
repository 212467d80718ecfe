"""The encoding of a text, guessed from its bytes, with what speaks for it."""

import codecs
import re

MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def guessed_encoding(data: bytes) -> tuple[str, str]:
    """The encoding of a text (or of its beginning), and what speaks for it."""
    for mark, name in MARKS:
        if data.startswith(mark):
            return name, f"it begins with the mark of {name}"
    start = data[:4096]
    if start.count(0) > len(start) / 4:
        order = "le" if start[1::2].count(0) > start[::2].count(0) else "be"
        return f"utf-16-{order}", "every other byte is 0"
    try:
        codecs.getincrementaldecoder("utf-8")().decode(data)
    except UnicodeDecodeError:
        return _of_one_country(data)
    return "utf-8", "ASCII alone" if data.isascii() else "all bytes are valid UTF-8"


def _of_one_country(data: bytes) -> tuple[str, str]:
    """GB18030 or a Western code page: Chinese signs take two high bytes, accented letters stand alone."""
    high = len(re.findall(rb"[\x80-\xff]", data))
    pairs = len(re.findall(rb"[\xa1-\xf7][\xa1-\xfe]", data))
    try:
        codecs.getincrementaldecoder("gb18030")().decode(data)
        valid = True
    except UnicodeDecodeError:
        valid = False
    if valid and 2 * pairs > 0.6 * high:
        return "gb18030", f"{pairs:,} Chinese signs in GB18030 (GBK); it is no UTF-8"
    if re.search(rb"[\x80-\x9f]", data):
        return "cp1252", "single accented letters and signs of Windows-1252; cp1250 for Central Europe"
    return "latin-1", "single accented letters; iso8859-2 or cp1250 for Central Europe"
