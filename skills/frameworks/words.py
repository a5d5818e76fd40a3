"""Words as skills are searched by."""

import unicodedata


def plain(words: str) -> str:
    """Return words in lower case, without accents, with single spaces."""
    bare = unicodedata.normalize("NFKD", words.casefold())
    return " ".join("".join(c for c in bare if not unicodedata.combining(c)).split())
