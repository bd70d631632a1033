"""The style sheet, one text made from a palette: roles are named by the dynamic property `role`."""

from pathlib import Path

import mneme_resources
from mneme_desktop.look.palettes import Colours


def stylesheet(c: Colours) -> str:
    """The whole application's sheet in the colours `c`."""
    return "\n".join((_grounds(c), _text(c), _buttons(c), _inputs(c), _views(c)))


def _grounds(c: Colours) -> str:
    return f"""
    QMainWindow, QDialog, QWidget[role="page"], QStackedWidget {{ background: {c.paper}; }}
    QWidget[role="rail"] {{ background: {c.rail}; border: none; }}
    QWidget[role="panel"] {{ background: {c.paper}; }}
    QWidget[role="clear"], QScrollArea, QScrollArea > QWidget > QWidget[role="clear"] {{
        background: transparent; border: none; }}
    QFrame[role="card"] {{ background: {c.card}; border: 1px solid {c.border}; border-radius: 12px; }}
    QFrame[role="tier-used"] {{ background: {c.card}; border: 2px solid {c.accent}; border-radius: 12px; }}
    QFrame[role="drop"] {{ background: {c.card}; border: 1.5px dashed {c.border}; border-radius: 12px; }}
    QFrame[role="drop-hint"] {{ background: {c.soft}; border: 2px dashed {c.accent}; border-radius: 12px; }}
    QFrame[role="own"] {{ background: {c.hover}; border: 1px dashed {c.muted}; border-radius: 12px; }}
    QFrame[role="bubble"] {{ background: {c.bubble}; border: none; border-radius: 12px; }}
    QFrame[role="notice"] {{ background: {c.warm_soft}; border: none; border-radius: 12px; }}
    QFrame[role="toast"] {{ background: {c.ink}; border: none; border-radius: 12px; }}
    QFrame[role="quick"] {{ background: {c.paper}; border: 1px solid {c.muted}; }}
    QFrame[role="line"] {{ background: {c.hairline}; border: none; max-height: 1px; min-height: 1px; }}
    QFrame[role="upright"] {{ background: {c.hairline}; border: none; max-width: 1px; min-width: 1px; }}
    QFrame[role="bar"] {{ background: {c.soft}; border: none; border-radius: 12px; }}
    QFrame[role="popup"] {{ background: {c.card}; border: 1px solid {c.border}; border-radius: 12px; }}
    QSplitter::handle {{ background: {c.hairline}; }}
    QToolTip {{ background: {c.card}; color: {c.ink}; border: 1px solid {c.border}; padding: 6px; }}
    """


def _text(c: Colours) -> str:
    return f"""
    QLabel {{ color: {c.ink}; background: transparent; }}
    QLabel[role="headline"] {{ font-size: 20px; font-weight: 600; }}
    QLabel[role="crumb"] {{ font-size: 20px; color: {c.muted}; }}
    QLabel[role="title"] {{ font-size: 15px; font-weight: 600; }}
    QLabel[role="lead"] {{ font-size: 15px; }}
    QLabel[role="section"] {{ font-size: 12px; font-weight: 600; color: {c.muted}; }}
    QLabel[role="muted"] {{ color: {c.muted}; }}
    QLabel[role="small"] {{ font-size: 12px; color: {c.muted}; }}
    QLabel[role="warm"] {{ color: {c.warm}; }}
    QLabel[role="tag"] {{ font-size: 12px; font-weight: 500; color: {c.muted}; padding: 4px 10px;
        border: 1px solid {c.border}; border-radius: 13px; min-height: 16px; }}
    QLabel[role="used-tag"] {{ font-size: 12px; font-weight: 600; color: {c.on_soft}; background: {c.soft};
        padding: 4px 10px; border: 1px solid {c.soft}; border-radius: 13px; min-height: 16px; }}
    QLabel[role="good-tag"] {{ font-size: 12px; font-weight: 500; color: {c.on_soft}; background: {c.soft};
        padding: 4px 10px; border: 1px solid {c.soft}; border-radius: 13px; min-height: 16px; }}
    QLabel[role="warm-tag"] {{ font-size: 12px; font-weight: 500; color: {c.warm}; padding: 4px 10px;
        border: 1px solid {c.warm}; border-radius: 13px; min-height: 16px; }}
    QLabel[role="grade"] {{ font-size: 15px; font-weight: 700; color: {c.on_soft}; background: {c.soft};
        border-radius: 18px; }}
    QFrame[role="toast"] QLabel {{ color: {c.paper}; }}
    QFrame[role="bar"] QLabel {{ color: {c.on_soft}; font-weight: 500; }}
    """


def _buttons(c: Colours) -> str:
    return f"""
    QPushButton {{ color: {c.ink}; background: {c.card}; border: 1px solid {c.border}; border-radius: 12px;
        padding: 8px 16px; font-weight: 500; min-height: 18px; }}
    QPushButton:hover {{ background: {c.hover}; }}
    QPushButton:disabled {{ color: {c.muted}; }}
    QPushButton:focus {{ border: 2px solid {c.accent}; padding: 7px 15px; }}
    QPushButton[role="primary"] {{ background: {c.accent}; color: {c.on_accent}; border: 1px solid {c.accent};
        font-weight: 600; }}
    QPushButton[role="primary"]:disabled {{ background: {c.border}; color: {c.muted}; border: 1px solid {c.border}; }}
    QPushButton[role="primary"]:focus {{ border: 2px solid {c.ink}; }}
    QPushButton[role="danger"] {{ color: {c.warm}; border: 1px solid {c.warm}; }}
    QPushButton[role="chip"] {{ font-size: 12px; color: {c.muted}; border-radius: 13px; padding: 4px 10px;
        min-height: 16px; }}
    QPushButton[role="chip"]:hover {{ background: {c.hover}; color: {c.ink}; }}
    QPushButton[role="chip"]:checked {{ background: {c.soft}; color: {c.on_soft}; border: 1px solid {c.soft}; }}
    QPushButton[role="chip"]:focus {{ border: 2px solid {c.accent}; padding: 3px 9px; }}
    QPushButton[role="warm-chip"] {{ font-size: 12px; color: {c.warm}; border: 1px solid {c.warm}; border-radius: 13px;
        padding: 4px 10px; min-height: 16px; }}
    QPushButton[role="warm-chip"]:focus {{ border: 2px solid {c.warm}; padding: 3px 9px; }}
    QPushButton[role="link"] {{ border: 1px solid transparent; background: transparent; color: {c.accent};
        padding: 4px 6px; font-weight: 600; }}
    QPushButton[role="link"]:focus {{ border: 2px solid {c.accent}; padding: 3px 5px; }}
    QPushButton[role="crumb"] {{ border: 1px solid transparent; background: transparent; color: {c.muted};
        font-size: 20px; font-weight: 500; padding: 0 3px; min-height: 30px; border-radius: 8px; }}
    QPushButton[role="crumb"][first="true"] {{ padding: 0 3px 0 0; }}
    QPushButton[role="crumb"]:hover {{ color: {c.ink}; background: {c.hover}; }}
    QPushButton[role="crumb"]:focus {{ border: 2px solid {c.accent}; padding: 0 2px; }}
    QFrame[role="toast"] QPushButton {{ background: transparent; color: {c.paper}; border: 1px solid transparent;
        font-weight: 700; padding: 4px 8px; text-decoration: underline; }}
    QFrame[role="toast"] QPushButton:focus {{ border: 2px solid {c.paper}; padding: 3px 7px; }}
    QPushButton[role="example"] {{ text-align: left; padding: 12px 16px; font-weight: 400; font-size: 15px; }}
    QPushButton[role="example"]:focus {{ padding: 11px 15px; }}
    QToolButton {{ border: 2px solid transparent; border-radius: 8px; padding: 4px; background: transparent;
        color: {c.muted}; }}
    QToolButton:hover {{ background: {c.hover}; }}
    QToolButton:focus {{ border: 2px solid {c.accent}; }}
    QToolButton[role="hint"] {{ font-size: 12px; padding: 2px 4px; border-radius: 6px; }}
    QToolButton[role="hint"]:hover {{ color: {c.ink}; }}
    QToolButton[role="more"] {{ font-size: 15px; font-weight: 700; padding: 0 0 4px 0; }}
    QToolButton[role="mark"], QToolButton[role="doubt"] {{ font-size: 12px; font-weight: 600; padding: 0;
        border: 1px solid transparent; border-radius: 9px; }}
    QToolButton[role="mark"] {{ background: {c.soft}; color: {c.on_soft}; }}
    QToolButton[role="mark"]:hover {{ border: 1px solid {c.accent}; }}
    QToolButton[role="mark"]:checked {{ background: {c.accent}; color: {c.on_accent}; }}
    QToolButton[role="doubt"] {{ background: {c.warm_soft}; color: {c.warm}; }}
    QToolButton[role="doubt"]:hover, QToolButton[role="doubt"]:checked {{ border: 1px solid {c.warm}; }}
    QToolButton[role="mark"]:focus, QToolButton[role="doubt"]:focus {{ border: 2px solid {c.ink}; }}
    QToolButton[role="room"] {{ font-size: 12px; font-weight: 500; color: {c.muted}; border-radius: 12px;
        padding: 6px 2px; }}
    QToolButton[role="room"]:checked {{ background: {c.soft}; color: {c.on_soft}; }}
    QToolButton[role="state"] {{ font-size: 12px; color: {c.muted}; padding: 6px 2px; border-radius: 12px; }}
    QToolButton[role="send"] {{ background: {c.accent}; border-radius: 10px; }}
    QToolButton[role="send"]:disabled {{ background: {c.hover}; border: 1px solid {c.border}; }}
    QToolButton[role="send"]:focus {{ border: 2px solid {c.ink}; }}
    """


def _inputs(c: Colours) -> str:
    return f"""
    QFrame[role="input"] {{ background: {c.card}; border: 1px solid {c.border}; border-radius: 12px; }}
    QFrame[role="input"][lit="true"] {{ border: 1px solid {c.accent}; }}
    QFrame[role="input"] QPlainTextEdit, QFrame[role="input"] QLineEdit {{ border: none; background: transparent;
        font-size: 15px; padding: 0; }}
    QFrame[role="input"] QLineEdit[role="question"] {{ font-size: 20px; min-height: 28px; }}
    QLineEdit, QSpinBox, QDoubleSpinBox, QComboBox {{ background: {c.card}; color: {c.ink};
        border: 1px solid {c.border}; border-radius: 8px; padding: 6px 10px; min-height: 20px;
        selection-background-color: {c.accent}; selection-color: {c.on_accent}; }}
    QLineEdit:focus, QSpinBox:focus, QDoubleSpinBox:focus, QComboBox:focus {{ border: 2px solid {c.accent};
        padding: 5px 9px; }}
    QSpinBox::up-button, QSpinBox::down-button, QDoubleSpinBox::up-button, QDoubleSpinBox::down-button {{
        width: 0; border: none; }}
    QSpinBox QLineEdit, QDoubleSpinBox QLineEdit {{ border: none; padding: 0; min-height: 0; background: transparent; }}
    QComboBox::drop-down {{ border: none; width: 28px; }}
    QComboBox::down-arrow {{ image: none; }}
    QComboBox QAbstractItemView {{ background: {c.card}; color: {c.ink}; border: 1px solid {c.border};
        selection-background-color: {c.soft}; selection-color: {c.on_soft}; }}
    QProgressBar {{ background: {c.hairline}; border: none; border-radius: 3px; min-height: 6px; max-height: 6px; }}
    QProgressBar::chunk {{ background: {c.accent}; border-radius: 3px; }}
    QSlider {{ min-height: 22px; }}
    QSlider::groove:horizontal {{ background: {c.border}; height: 4px; border-radius: 2px; }}
    QSlider::handle:horizontal {{ background: {c.accent}; width: 16px; margin: -6px 0; border-radius: 8px; }}
    QCheckBox {{ color: {c.ink}; spacing: 8px; }}
    QCheckBox:focus {{ color: {c.accent}; }}
    QCheckBox::indicator {{ width: 18px; height: 18px; border: 1px solid {c.muted}; border-radius: 5px;
        background: {c.card}; }}
    QRadioButton {{ color: {c.ink}; spacing: 8px; }}
    QRadioButton::indicator {{ width: 16px; height: 16px; border: 1px solid {c.muted}; border-radius: 9px;
        background: {c.card}; }}
    QRadioButton::indicator:checked {{ width: 8px; height: 8px; border: 5px solid {c.accent}; }}
    QRadioButton::indicator:focus {{ border-color: {c.accent}; }}
    QCheckBox::indicator:checked {{ background: {c.accent}; border: 1px solid {c.accent};
        image: url("{_tick(c)}"); }}
    QPlainTextEdit[role="details"] {{ background: {c.card}; color: {c.ink}; border: 1px solid {c.border};
        border-radius: 8px; padding: 8px; font-size: 12px; }}
    QMenu {{ background: {c.card}; color: {c.ink}; border: 1px solid {c.border}; padding: 4px; }}
    QMenu::item {{ padding: 6px 16px; border-radius: 6px; }}
    QMenu::item:selected {{ background: {c.soft}; color: {c.on_soft}; }}
    QMenu::item:disabled {{ background: transparent; color: {c.muted}; }}
    QMenu::separator {{ background: {c.hairline}; height: 1px; margin: 4px 8px; }}
    """


def _views(c: Colours) -> str:
    return f"""
    QTextBrowser, QTextEdit {{ background: transparent; border: none; color: {c.ink};
        selection-background-color: {c.accent}; selection-color: {c.on_accent}; }}
    QTableView, QListView, QTreeView {{ background: transparent; border: none; outline: none; color: {c.ink};
        selection-background-color: transparent; }}
    QListWidget[role="groups"] {{ border: 2px solid transparent; border-radius: 10px; }}
    QListWidget[role="groups"]:focus {{ border: 2px solid {c.accent}; }}
    QListWidget[role="groups"]::item {{ padding: 8px 12px; border-radius: 8px; color: {c.muted}; }}
    QListWidget[role="groups"]::item:hover {{ background: {c.hover}; }}
    QListWidget[role="groups"]::item:selected {{ background: {c.soft}; color: {c.on_soft}; }}
    QListWidget[role="choices"] {{ border: 1px solid {c.border}; border-radius: 8px; padding: 4px;
        background: {c.card}; }}
    QListWidget[role="choices"]:focus {{ border: 2px solid {c.accent}; padding: 3px; }}
    QListWidget[role="choices"]::item {{ padding: 7px 8px; border-radius: 6px; color: {c.ink}; }}
    QListWidget[role="choices"]::item:selected {{ background: {c.soft}; color: {c.on_soft}; }}
    QScrollBar:vertical {{ background: transparent; width: 10px; margin: 2px; }}
    QScrollBar:horizontal {{ background: transparent; height: 10px; margin: 2px; }}
    QScrollBar::handle {{ background: {c.border}; border-radius: 3px; min-height: 32px; min-width: 32px; }}
    QScrollBar::handle:hover {{ background: {c.muted}; }}
    QScrollBar::handle:disabled {{ background: transparent; }}
    QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
    QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
    """


def _tick(c: Colours) -> str:
    """The file with the tick of a box: a style sheet draws files alone, and takes no colour for them."""
    name = "tick-light" if c.on_accent == "#ffffff" else "tick-dark"
    return (Path(mneme_resources.ROOT) / "icons" / f"{name}.svg").as_posix()
