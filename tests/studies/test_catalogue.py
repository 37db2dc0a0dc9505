"""What every study keeps to."""

from __future__ import annotations

import pickle
import re
from dataclasses import asdict, fields
from pathlib import Path

import pytest

from variorum.errors import MissingExtraError
from variorum.studies.base import as_plain, digest
from variorum.studies.catalogue import PRESETS, STUDIES, open_study

DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture(params=STUDIES)
def study(request):
    try:
        return open_study(request.param)
    except MissingExtraError as error:
        pytest.skip(str(error))


@pytest.mark.parametrize("name", STUDIES)
def test_a_study_asks_one_question_and_stands_on_its_page(name):
    assert re.fullmatch(r"[a-z-]+", name)
    assert re.fullmatch(r"[A-Z][^.?!]*\?", STUDIES[name].question)
    assert f"`{name}`" in (DOCS / "studies.md").read_text(encoding="utf-8")


def test_presets_are_three_with_plain_settings_that_another_process_understands(study):
    assert tuple(study.presets) == PRESETS
    for settings in study.presets.values():
        as_plain("settings", asdict(settings))
        assert pickle.loads(pickle.dumps(settings)) == settings
        assert {field.name for field in fields(settings)} == set(asdict(settings))


@pytest.mark.usefixtures("data_root")
@pytest.mark.parametrize("preset", PRESETS)
def test_keys_are_plain_and_name_one_run_each(study, preset):
    settings = study.presets[preset]
    keys = list(study.runs(settings))
    assert keys == list(study.runs(settings))
    assert len({digest(key) for key in keys}) == len(keys) > 0
    assert [as_plain("key", key) for key in keys] == [dict(key) for key in keys]
