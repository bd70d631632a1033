"""The parsers that are built in, in the order in which they are asked; cheap to import."""

from collections.abc import Sequence

from mneme.parsers.anydatabase import AnyDatabase, DatabaseReader
from mneme.parsers.archives import Archive, ArchiveReader
from mneme.parsers.chats.chatgpt import ChatGpt, ChatGptExport
from mneme.parsers.chats.claude import Claude, ClaudeExport
from mneme.parsers.chats.claude_code import ClaudeCode
from mneme.parsers.chats.codex import Codex
from mneme.parsers.chats.conversation import ConversationLines
from mneme.parsers.chats.discord import DiscordExporter, DiscordExporterCsv
from mneme.parsers.chats.discord_package import DiscordMessages, DiscordPackage
from mneme.parsers.chats.discord_text import DiscordText
from mneme.parsers.chats.gemini_cli import GeminiCli
from mneme.parsers.chats.google_activity import GoogleActivity
from mneme.parsers.chats.imessage import IMessage
from mneme.parsers.chats.message_lines import MessageLines
from mneme.parsers.chats.meta import MetaArchive, MetaMessages, MetaPage
from mneme.parsers.chats.signal import Signal, SignalArchive
from mneme.parsers.chats.slack import SlackArchive, SlackDatabase, SlackDump
from mneme.parsers.chats.sms import Sms
from mneme.parsers.chats.telegram import Telegram
from mneme.parsers.chats.telegram_html import TelegramArchive, TelegramHtml
from mneme.parsers.chats.whatsapp import WhatsApp, WhatsAppArchive
from mneme.parsers.documents.code import Code
from mneme.parsers.documents.csv import Csv
from mneme.parsers.documents.docx import Docx
from mneme.parsers.documents.epub import Epub
from mneme.parsers.documents.html import Html
from mneme.parsers.documents.json import Json
from mneme.parsers.documents.markdown import Markdown
from mneme.parsers.documents.org import Org
from mneme.parsers.documents.pdf import Pdf
from mneme.parsers.documents.plain import PlainText
from mneme.parsers.documents.pptx import Pptx
from mneme.parsers.documents.rtf import Rtf
from mneme.parsers.documents.xlsx import Xlsx
from mneme.parsers.mails.eml import Eml
from mneme.parsers.mails.emlx import Emlx
from mneme.parsers.mails.mbox import Mbox
from mneme.parsers.mails.msg import OutlookMsg
from mneme.parsers.notes.applejournal import AppleJournal
from mneme.parsers.notes.applenotes import AppleNotes
from mneme.parsers.notes.canvas import Canvas
from mneme.parsers.notes.dayone import DayOne
from mneme.parsers.notes.evernote import Evernote
from mneme.parsers.notes.excalidraw import Excalidraw
from mneme.parsers.notes.joplin import Jex, JoplinRaw
from mneme.parsers.notes.keep import Keep
from mneme.parsers.notes.notion import Notion, NotionPage
from mneme.parsers.notes.onenote import OneNote
from mneme.parsers.notes.roam import Roam
from mneme.parsers.notes.simplenote import Simplenote, SimplenoteZip
from mneme.parsers.notes.standardnotes import StandardNotes, StandardNotesZip
from mneme.parsers.notes.textbundle import TextBundle
from mneme.parsers.notes.tomboy import Tomboy
from mneme.parsers.records.bookmarks import ChromeHistory, ChromiumBookmarks, FirefoxBookmarks, NetscapeBookmarks
from mneme.parsers.records.browsers import Chromium, Firefox, Safari
from mneme.parsers.records.calendar import Calendar
from mneme.parsers.records.contacts import Contacts
from mneme.parsers.records.photo_details import PhotoDetails
from mneme.parsers.records.pictures import Pictures
from mneme.parsers.takeout import Takeout
from mneme.ports import Parser

ARCHIVES: tuple[ArchiveReader, ...] = (
    ChatGptExport(), ClaudeExport(), Takeout(),
    WhatsAppArchive(), TelegramArchive(), SignalArchive(),
    TextBundle(), JoplinRaw(), SimplenoteZip(), StandardNotesZip(), Notion(),
    SlackArchive(), DiscordPackage(), MetaArchive())
"""Readers of exports that are zip files or folders, asked in order."""

DATABASES: tuple[DatabaseReader, ...] = (IMessage(), Firefox(), Chromium(), Safari(), SlackDatabase(), AppleNotes())
"""Readers of other programs' databases, asked in order about one that nothing else tells of."""


class KnownArchive(Archive):
    """A zip file: an export of one of ARCHIVES, or files for any of PARSERS."""

    def readers(self) -> Sequence[ArchiveReader]:
        return ARCHIVES

    def parsers(self) -> Sequence[Parser]:
        return PARSERS


class KnownDatabase(AnyDatabase):
    """A database of one of DATABASES."""

    def readers(self) -> Sequence[DatabaseReader]:
        return DATABASES


PARSERS: tuple[Parser, ...] = (
    IMessage(), Firefox(), Chromium(), Safari(), SlackDatabase(), KnownDatabase(), ChromiumBookmarks(),
    FirefoxBookmarks(), NetscapeBookmarks(), ChromeHistory(), SlackDump(), DiscordExporter(), DiscordExporterCsv(),
    DiscordText(), DiscordMessages(), MetaMessages(), MetaPage(),
    Evernote(), Keep(), Jex(), Roam(), Tomboy(), OneNote(), Canvas(), Excalidraw(), DayOne(), Simplenote(),
    StandardNotes(), AppleJournal(), NotionPage(), AppleNotes(),
    Signal(), WhatsApp(), Telegram(), TelegramHtml(), Sms(),
    ChatGpt(), Claude(), GoogleActivity(), ClaudeCode(), Codex(), GeminiCli(), MessageLines(),
    Mbox(), Emlx(), Eml(), OutlookMsg(),
    Calendar(), Contacts(), Pictures(), PhotoDetails(),
    ConversationLines(), Pdf(), Docx(), Pptx(), Xlsx(), Epub(), Rtf(), Html(), Markdown(), Org(), Csv(), Json(), Code(),
    KnownArchive(), PlainText())
