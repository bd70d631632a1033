"""What Word, PowerPoint and Excel files have in common: core properties, and text inside their XML."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any

from mneme.parsers.moments import parse_date
from mneme.parsers.zips import Package
from mneme.types import Moment

# The dates in the templates of python-docx and python-pptx, which every file made with them carries.
_TEMPLATE_DATES = frozenset({"2013-12-23T23:15:00Z", "2013-01-27T09:14:16Z", "2013-01-27T09:15:58Z"})
_TEMPLATE_AUTHORS = frozenset({"python-docx", "openpyxl", "Steve Canny"})
_TEMPLATE_TITLES = frozenset({"PowerPoint Presentation", "Word Document"})


@dataclass(frozen=True, slots=True)
class CoreProperties:
    """docProps/core.xml: what an office file says about itself."""

    title: str | None = None
    authors: tuple[str, ...] = ()
    happened_at: Moment | None = None
    tags: tuple[str, ...] = ()
    properties: tuple[tuple[str, str], ...] = ()


def core_properties(package: Package, zone: tzinfo) -> CoreProperties:
    """The core properties; empty where there are none."""
    root = package.xml("docProps/core.xml")
    if root is None:
        return CoreProperties()
    said = {local(child): (child.text or "").strip() for child in root if isinstance(child.tag, str)}
    dates = [said.get(key, "") for key in ("created", "modified")]
    happened = (parse_date(d, zone) for d in dates if d not in _TEMPLATE_DATES)
    authors = [a.strip() for a in said.get("creator", "").split(";") if a.strip() not in _TEMPLATE_AUTHORS]
    title = said.get("title") if said.get("title") not in _TEMPLATE_TITLES else None
    kept = ((k, said[k]) for k in ("subject", "description", "category", "lastModifiedBy") if said.get(k))
    return CoreProperties(title or None, tuple(authors), next((m for m in happened if m), None),
                          tuple(t.strip() for t in said.get("keywords", "").replace(";", ",").split(",")), tuple(kept))


def local(element: Any) -> str:
    """An element's name without its namespace; "" for comments and entities."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def said_in(paragraph: Any, *, skip: frozenset[str] = frozenset({"del", "Fallback", "pPr", "rPr"})) -> str:
    """The words of a w:p or a:p: text, tabs, breaks; deleted text and doubles for old programs are passed over."""
    return "".join(_said(paragraph, skip)).strip()


def _said(element: Any, skip: frozenset[str]) -> Iterator[str]:
    for child in element:
        name = local(child)
        if name in skip:
            continue
        if name == "t":
            yield child.text or ""
        elif name in ("tab", "ptab"):
            yield "\t"
        elif name in ("br", "cr"):
            yield "\n"
        elif name == "noBreakHyphen":
            yield "-"
        elif name in ("footnoteReference", "endnoteReference"):
            yield f"[{next(iter(v for k, v in child.attrib.items() if k.endswith('}id')), '')}]"
        elif name == "p":  # a text box inside a paragraph
            yield f"\n{said_in(child, skip=skip)}\n"
        elif name:
            yield from _said(child, skip)
