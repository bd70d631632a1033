"""Splitting scripts that write no spaces, so that FTS5 finds words inside Chinese, Japanese or Thai text."""

from mneme.expressions import expression

# Han, kana, Hangul syllables are found as they are written; Thai, Lao, Khmer and Burmese write no spaces.
UNSPACED = (
    "\u0e00-\u0eff"  # Thai, Lao
    "\u1000-\u109f"  # Burmese
    "\u1780-\u17ff"  # Khmer
    "\u3040-\u30ff\u31f0-\u31ff\uff66-\uff9f"  # kana
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"  # Han
    "\U00020000-\U0003ffff"
)
_UNSPACED_CHARACTER = expression(f"([{UNSPACED}])")


def segment(text: str) -> str:
    """`text` with every character of a script without spaces standing alone.

    A phrase of such characters then matches exactly where they stand side by side, whatever a word is
    (the character n-gram approach of Lucene's CJKAnalyzer, with positions in place of bigrams).
    """
    return _UNSPACED_CHARACTER.sub(r" \1 ", text)
