"""Items as a variorum prints them: the text, its readings, who read it so, and why."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from variorum.annotations import ANSWERED, STATUSES, Corpus
from variorum.reporting.markup import Child, Markup, join, tag
from variorum.reporting.thumbnails import thumbnail
from variorum.reporting.wording import amount, clip_text, percent, text_direction

__all__ = ["CardWriter", "short_id"]

_LONG = 700
_MOST_REASONS = 2
_MOST_NAMES = 12
_MOST_BARS = 6


def short_id(name: str, corpus: str) -> str:
    """An annotator's id without the name of the corpus before it.

    Example:
        >>> short_id("demo:ann", "demo"), short_id("other:ann", "demo")
        ('ann', 'other:ann')
    """
    return name.removeprefix(f"{corpus}:") or name


class CardWriter:
    """Writes cards for the items of a corpus.

    Args:
        corpus: The corpus.
        model: What the second distribution of a card is called.
        remark: Says something short of an annotation by its row, or nothing; it stands beside the annotator.
        first: Annotations with larger numbers come first within an item, shape (n_rows,).
    """

    def __init__(
        self,
        corpus: Corpus,
        *,
        model: str = "model",
        remark: Callable[[int], str] | None = None,
        first: NDArray[np.float64] | None = None,
    ) -> None:
        self._corpus, self._model, self._remark = corpus, model, remark
        votes = corpus.annotations
        ahead = np.zeros(votes.n_rows) if first is None else np.nan_to_num(first)
        self._order = np.lexsort((-ahead, votes.item))
        self._starts = np.searchsorted(votes.item[self._order], np.arange(len(corpus.items) + 1))

    def title(self, item: int) -> str:
        """An item in one line: its id, and the beginning of its text unless the corpus is sensitive."""
        items = self._corpus.items
        text = items.text[item] if items.text is not None else None
        if not text or self._corpus.sensitive:
            return items.ids[item]
        return f"{clip_text(items.ids[item], 40)}\n{clip_text(text, 90)}"

    def card(
        self,
        item: int,
        human: NDArray[np.float64],
        model: NDArray[np.float64] | None,
        votes: float,
        figures: Sequence[str],
        *more: Child,
    ) -> Markup:
        """One item: text, people's and the model's shares as bars, and the apparatus of readings and reasons.

        Args:
            item: Position in the corpus.
            human: People's distribution, shape (n_classes,); no bars are drawn without classes.
            model: The model's, shape (n_classes,); ``None`` for people alone.
            votes: Votes behind the first.
            figures: Numbers worth naming, as short texts.
            *more: What stands between the bars and the readings.

        Returns:
            An ``article``.
        """
        head = tag(
            "header", tag("code", self._corpus.items.ids[item]), tag("span", *_dotted(figures), class_="figures")
        )
        hidden = [self._text(item), self._voices(item)]
        if self._corpus.sensitive:
            summary = tag("summary", "Show text and reasons")
            hidden = [tag("details", summary, tag("p", "May be abusive.", class_="note"), *hidden, class_="sensitive")]
        return tag(
            "article", head, hidden[0], self._bars(human, model, votes) if human.size else None, *more,
            *hidden[1:],
            class_="card", data_item=self.title(item),
        )  # fmt: skip

    def _text(self, item: int) -> Markup:
        items = self._corpus.items
        parts: list[Child] = []
        for column in (items.text, items.second_text):
            text = column[item] if column is not None else None
            if text:
                parts.append(_passage(text))
        image = items.image[item] if items.image is not None else None
        if image:
            parts.append(_picture(image, items.ids[item]))
        payload = items.payload[item] if items.payload is not None else None
        if payload:
            parts.append(tag("p", "payload: ", tag("code", clip_text(payload, 300)), class_="payload"))
        if not parts:
            parts.append(tag("p", "This item has an id and no text.", class_="note"))
        return tag("div", *parts, class_="reading")

    def _bars(self, human: NDArray[np.float64], model: NDArray[np.float64] | None, votes: float) -> Markup:
        labels = self._corpus.scheme.labels
        shown = np.arange(len(labels))
        sides = [("people", human)] if model is None else [("people", human), ("model", model)]
        if len(labels) > _MOST_BARS:
            shown = np.sort(np.argsort(-sum(shares for _, shares in sides), kind="stable")[:_MOST_BARS])
        rows = [
            tag("tr",
                tag("th", labels[k], scope="row", dir="auto"),
                tag("td", *(_bar(float(shares[k]), side) for side, shares in sides), class_="bars"),
                *(tag("td", percent(float(shares[k])), class_=f"n {side}-ink") for side, shares in sides))
            for k in shown
        ]  # fmt: skip
        rest = len(labels) - len(shown)
        people = f"people ({amount(round(votes), 'vote')})" if votes == round(votes) else f"people (weight {votes:g})"
        legend: list[Child] = [tag("span", people, class_="people-ink")]
        if model is not None:
            legend += [" · ", tag("span", self._model, class_="model-ink")]
        caption = tag("caption", *legend, f" · {amount(rest, 'rarer label')} not shown" if rest else None)
        return tag("table", caption, tag("tbody", *rows), class_="shares")

    def _voices(self, item: int) -> Markup | None:
        corpus, votes = self._corpus, self._corpus.annotations
        rows = self._order[self._starts[item] : self._starts[item + 1]]
        lines = []
        for k, label in enumerate(corpus.scheme.labels):
            lines.append(self._voice(label, rows[(votes.label[rows] == k) & (votes.status[rows] == ANSWERED)]))
        for status, name in enumerate(STATUSES[1:], 1):
            lines.append(self._voice(name, rows[votes.status[rows] == status]))
        written = [line for line in lines if line is not None]
        return tag("dl", *written, class_="apparatus") if written else None

    def _voice(self, label: str, rows: NDArray[np.int64]) -> Markup | None:
        votes = self._corpus.annotations
        reasons = [(self._name(int(r)), votes.explanation[int(r)]) for r in rows] if votes.explanation else []
        given = [(name, reason) for name, reason in reasons if reason]
        # Where something is said of every vote, those without a reason stand beside those with one.
        alone = [r for r in rows.tolist() if not (given and votes.explanation and votes.explanation[r])]
        known = [self._name(r) for r in alone if votes.annotator[r] >= 0]
        known += self._strangers([r for r in alone if votes.annotator[r] < 0])
        if not given and not known:
            return None
        quotes = [_quote(name, str(reason)) for name, reason in given]
        more = tag("details", tag("summary", f"{amount(len(quotes) - _MOST_REASONS, 'more reason')}"),
                   *quotes[_MOST_REASONS:]) if len(quotes) > _MOST_REASONS else None  # fmt: skip
        names = [] if given and self._remark is None else known
        listed = ", ".join(names[:_MOST_NAMES]) + (
            f" and {len(names) - _MOST_NAMES} more" if len(names) > _MOST_NAMES else ""
        )
        term = tag("dt", label, tag("span", f" × {len(rows)}", class_="times"), dir="auto")
        who = tag("span", listed, class_="names") if listed else None
        return tag("div", term, tag("dd", *quotes[:_MOST_REASONS], more, who))

    def _strangers(self, rows: Sequence[int]) -> list[str]:
        """Unknown annotators in one entry; nothing can be said of them without a remark."""
        if self._remark is None or not rows:
            return []
        ends = [said for said in dict.fromkeys(self._remark(rows[k]) for k in (-1, 0)) if said]
        return [f"unknown ({' to '.join(ends)})" if ends else "unknown"]

    def _name(self, row: int) -> str:
        code = int(self._corpus.annotations.annotator[row])
        name = short_id(self._corpus.annotators.ids[code], self._corpus.name) if code >= 0 else "unknown"
        said = None if self._remark is None else self._remark(row)
        return f"{name} ({said})" if said else name


def _dotted(figures: Sequence[str]) -> list[Child]:
    return [join(" · " if k else None, figure) for k, figure in enumerate(figures)]


def _passage(text: str) -> Markup:
    if len(text) <= _LONG:
        return tag("div", tag("p", text, dir=text_direction(text)), class_="passage")
    cut = text.rfind(" ", 0, _LONG)
    cut = cut if cut > _LONG // 2 else _LONG
    rest = tag("details", tag("summary", "rest of the text"), tag("p", text[cut:].lstrip(), dir=text_direction(text)))
    return tag("div", tag("p", text[:cut] + " …", dir=text_direction(text)), rest, class_="passage")


def _picture(path: str, item: str) -> Markup:
    found = thumbnail(path)
    if found is None:
        # Folders are of the machine that ran the campaign, and nobody else's business.
        name = path.rpartition("::")[2].replace("\\", "/").rpartition("/")[2]
        return tag("p", "image: ", tag("code", clip_text(name, 300)), class_="payload")
    kind = "picture tiny" if found.enlarged else "picture"
    return tag("img", src=found.uri, width=found.width, height=found.height, alt=f"Picture of item {item}", class_=kind)


def _quote(name: str, reason: str) -> Markup:
    return tag("blockquote", tag("q", reason, dir=text_direction(reason)), " ", tag("cite", name))


def _bar(share: float, kind: str) -> Markup:
    bar = tag("rect", width=f"{min(max(share, 0.0), 1.0) * 100:.2f}", height="6")
    return tag("svg", bar, class_=f"bar {kind}", viewBox="0 0 100 6", preserveAspectRatio="none", aria_hidden="true")
