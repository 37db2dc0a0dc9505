"""Texts that try to become markup, or to leave the page."""

from __future__ import annotations

HOSTILE = (
    "</script><script>window.hacked = 1</script>",
    '<img src=x onerror="window.hacked = 1">',
    "' onmouseover='window.hacked = 1' \" & <b>bold</b> ${x} $style",
    "‮reversed‬ and a NUL \x00 and half a pair \ud83d",
    "]]><!-- --><svg onload=window.hacked=1></title></style>",
)
