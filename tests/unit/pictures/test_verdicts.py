"""Facts and their way through JSON."""

from __future__ import annotations

import json
from dataclasses import fields

import pytest

from bot.pictures import VERDICTS, TooManyPixels, Verdict, fact_from


def _example(kind: type[Verdict]) -> Verdict:
    return kind(**{field.name: "text" if "str" in str(field.type) else 7 for field in fields(kind)})


@pytest.mark.parametrize("kind", VERDICTS, ids=lambda kind: kind.code)
def test_every_fact_survives_json(kind: type[Verdict]) -> None:
    fact = _example(kind)
    assert fact_from(json.loads(json.dumps(fact.to_dict()))) == fact


def test_codes_are_distinct() -> None:
    assert len({kind.code for kind in VERDICTS}) == len(VERDICTS)


def test_a_fact_is_written_as_its_code_and_its_fields() -> None:
    written = {"code": "too_many_pixels", "width": 3, "height": 4, "limit": 5}
    assert TooManyPixels(3, 4, 5).to_dict() == written


@pytest.mark.parametrize(
    "stored", [{}, {"code": "no_such"}, {"code": "too_heavy"}, {"code": "broken", "x": 1}]
)
def test_what_is_no_fact_is_refused(stored: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"not the fields|no such verdict"):
        fact_from(stored)
