"""Long lists: tables of one column whose rows all have one height, so that a million costs no more than ten."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHeaderView, QTableView

SINGLE = QTableView.SelectionMode.SingleSelection


def make_list(table: QTableView, height: int, selection: QTableView.SelectionMode = SINGLE) -> None:
    """Have a table look and behave like a list with rows of `height` pixels: nothing in it is measured."""
    table.setShowGrid(False)
    table.setWordWrap(False)
    table.setTabKeyNavigation(False)
    table.setMouseTracking(True)
    table.viewport().setAttribute(Qt.WidgetAttribute.WA_Hover)
    table.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
    table.setSelectionMode(selection)
    table.setVerticalScrollMode(QTableView.ScrollMode.ScrollPerPixel)
    table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    table.horizontalHeader().hide()
    table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
    table.verticalHeader().hide()
    table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
    give_height(table, height)


def give_height(table: QTableView, height: int) -> None:
    """Give every row this height."""
    rows = table.verticalHeader()
    rows.setMinimumSectionSize(height)
    rows.setDefaultSectionSize(height)
    table.verticalScrollBar().setSingleStep(height // 2)
