"""Settings are declared once; what is not allowed is said in a sentence."""

import pytest

from mneme.errors import KnownError
from mneme.settings import SETTINGS, check, parse


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda s: s.key)
def test_every_default_is_allowed_and_described(setting) -> None:
    assert check(setting, setting.default) == setting.default
    assert setting.title and setting.help.endswith(".") and setting.group


@pytest.mark.parametrize(("key", "text", "value"), [
    ("appearance.theme", "dark", "dark"), ("answer.caution", "0.8", 0.8), ("bin.days", " 7 ", 7)])
def test_values_are_read_by_their_kind(key: str, text: str, value: object) -> None:
    assert parse(key, text) == value


@pytest.mark.parametrize(("key", "text"), [
    ("appearance.theme", "pink"), ("answer.caution", "2"), ("answer.caution", "nan"), ("bin.days", "many"),
    ("no.such", "1")])
def test_what_is_not_allowed_is_said(key: str, text: str) -> None:
    with pytest.raises(KnownError) as raised:
        parse(key, text)
    assert raised.value.remedy
