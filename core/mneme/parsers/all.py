"""The parsers that are built in, in the order in which they are asked; cheap to import."""

from mneme.parsers.archives import Archive, ArchiveReader
from mneme.parsers.code import Code
from mneme.parsers.conversation import ConversationLines
from mneme.parsers.csv import Csv
from mneme.parsers.docx import Docx
from mneme.parsers.epub import Epub
from mneme.parsers.html import Html
from mneme.parsers.json import Json
from mneme.parsers.markdown import Markdown
from mneme.parsers.org import Org
from mneme.parsers.pdf import Pdf
from mneme.parsers.plain import PlainText
from mneme.parsers.pptx import Pptx
from mneme.parsers.rtf import Rtf
from mneme.parsers.xlsx import Xlsx
from mneme.ports import Parser

ARCHIVES: tuple[ArchiveReader, ...] = ()
"""Readers of exports that are zip files or folders, asked in order."""

PARSERS: tuple[Parser, ...] = (
    ConversationLines(), Pdf(), Docx(), Pptx(), Xlsx(), Epub(), Rtf(), Html(), Markdown(), Org(), Csv(), Json(), Code(),
    Archive(), PlainText())
