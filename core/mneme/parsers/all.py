"""The parsers that are built in, in the order in which they are asked; cheap to import."""

from mneme.parsers.anydatabase import AnyDatabase, DatabaseReader
from mneme.parsers.applejournal import AppleJournal
from mneme.parsers.applenotes import AppleNotes
from mneme.parsers.archives import Archive, ArchiveReader
from mneme.parsers.bookmarks import ChromeHistory, ChromiumBookmarks, FirefoxBookmarks, NetscapeBookmarks
from mneme.parsers.browsers import Chromium, Firefox, Safari
from mneme.parsers.calendar import Calendar
from mneme.parsers.canvas import Canvas
from mneme.parsers.chatgpt import ChatGpt, ChatGptExport
from mneme.parsers.claude import Claude, ClaudeExport
from mneme.parsers.claude_code import ClaudeCode
from mneme.parsers.code import Code
from mneme.parsers.codex import Codex
from mneme.parsers.contacts import Contacts
from mneme.parsers.conversation import ConversationLines
from mneme.parsers.csv import Csv
from mneme.parsers.dayone import DayOne
from mneme.parsers.discord import DiscordExporter, DiscordExporterCsv
from mneme.parsers.discord_package import DiscordMessages, DiscordPackage
from mneme.parsers.discord_text import DiscordText
from mneme.parsers.docx import Docx
from mneme.parsers.eml import Eml
from mneme.parsers.emlx import Emlx
from mneme.parsers.epub import Epub
from mneme.parsers.evernote import Evernote
from mneme.parsers.excalidraw import Excalidraw
from mneme.parsers.gemini_cli import GeminiCli
from mneme.parsers.google_activity import GoogleActivity
from mneme.parsers.html import Html
from mneme.parsers.imessage import IMessage
from mneme.parsers.joplin import Jex, JoplinRaw
from mneme.parsers.json import Json
from mneme.parsers.keep import Keep
from mneme.parsers.markdown import Markdown
from mneme.parsers.mbox import Mbox
from mneme.parsers.message_lines import MessageLines
from mneme.parsers.meta import MetaArchive, MetaMessages, MetaPage
from mneme.parsers.msg import OutlookMsg
from mneme.parsers.notion import Notion, NotionPage
from mneme.parsers.onenote import OneNote
from mneme.parsers.org import Org
from mneme.parsers.pdf import Pdf
from mneme.parsers.photo_details import PhotoDetails
from mneme.parsers.pictures import Pictures
from mneme.parsers.plain import PlainText
from mneme.parsers.pptx import Pptx
from mneme.parsers.roam import Roam
from mneme.parsers.rtf import Rtf
from mneme.parsers.signal import Signal, SignalArchive
from mneme.parsers.simplenote import Simplenote, SimplenoteZip
from mneme.parsers.slack import SlackArchive, SlackDatabase, SlackDump
from mneme.parsers.sms import Sms
from mneme.parsers.standardnotes import StandardNotes, StandardNotesZip
from mneme.parsers.takeout import Takeout
from mneme.parsers.telegram import Telegram
from mneme.parsers.telegram_html import TelegramArchive, TelegramHtml
from mneme.parsers.textbundle import TextBundle
from mneme.parsers.tomboy import Tomboy
from mneme.parsers.whatsapp import WhatsApp, WhatsAppArchive
from mneme.parsers.xlsx import Xlsx
from mneme.ports import Parser

ARCHIVES: tuple[ArchiveReader, ...] = (
    ChatGptExport(), ClaudeExport(), Takeout(),
    WhatsAppArchive(), TelegramArchive(), SignalArchive(),
    TextBundle(), JoplinRaw(), SimplenoteZip(), StandardNotesZip(), Notion(),
    SlackArchive(), DiscordPackage(), MetaArchive())
"""Readers of exports that are zip files or folders, asked in order."""

DATABASES: tuple[DatabaseReader, ...] = (IMessage(), Firefox(), Chromium(), Safari(), SlackDatabase(), AppleNotes())
"""Readers of other programs' databases, asked in order about one that nothing else tells of."""

PARSERS: tuple[Parser, ...] = (
    IMessage(), Firefox(), Chromium(), Safari(), SlackDatabase(), AnyDatabase(), ChromiumBookmarks(),
    FirefoxBookmarks(), NetscapeBookmarks(), ChromeHistory(), SlackDump(), DiscordExporter(), DiscordExporterCsv(),
    DiscordText(), DiscordMessages(), MetaMessages(), MetaPage(),
    Evernote(), Keep(), Jex(), Roam(), Tomboy(), OneNote(), Canvas(), Excalidraw(), DayOne(), Simplenote(),
    StandardNotes(), AppleJournal(), NotionPage(), AppleNotes(),
    Signal(), WhatsApp(), Telegram(), TelegramHtml(), Sms(),
    ChatGpt(), Claude(), GoogleActivity(), ClaudeCode(), Codex(), GeminiCli(), MessageLines(),
    Mbox(), Emlx(), Eml(), OutlookMsg(),
    Calendar(), Contacts(), Pictures(), PhotoDetails(),
    ConversationLines(), Pdf(), Docx(), Pptx(), Xlsx(), Epub(), Rtf(), Html(), Markdown(), Org(), Csv(), Json(), Code(),
    Archive(), PlainText())
