"""How many decimals the money of a currency has (ISO 4217); two where it is not named here."""

WHOLE = (
    "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV", "XAF",
    "XOF", "XPF",
)  # fmt: skip
THREE = ("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND")
DECIMALS = dict.fromkeys(WHOLE, 0) | dict.fromkeys(THREE, 3)


def decimals(currency: str) -> int:
    """The decimals of a currency."""
    return DECIMALS.get(currency, 2)
