"""An API key that never prints itself."""

from __future__ import annotations

import copy
import dataclasses
import io
import json
import logging
import pickle
import traceback

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import BadKey
from bot.domain.keys import LONGEST_KEY, SHORTEST_KEY, ApiKey, fingerprint

SECRET = "sk_4fW0aTqk-2mZr9LhY7cXvB1"
VISIBLE = st.characters(min_codepoint=33, max_codepoint=126)
KEYS = st.text(VISIBLE, min_size=SHORTEST_KEY, max_size=64).filter(
    lambda t: not t.lower().startswith("bearer")
)


@dataclasses.dataclass
class Held:
    key: ApiKey


@given(KEYS)
def test_no_way_of_printing_a_key_prints_it(secret: str) -> None:
    key = ApiKey(secret)
    shown = [repr(key), str(key), f"{key}", f"{key!r}", f"{key!s:>40}", "%s %r" % (key, key), format(key)]  # noqa: UP031
    shown += [repr(Held(key)), repr([key]), repr({"key": key}), json.dumps(key, default=str), ascii(key)]
    assert not [text for text in shown if secret in text]
    assert all(key.fingerprint in text for text in shown)


@given(KEYS)
def test_a_fingerprint_gives_nothing_of_the_key_away(secret: str) -> None:
    made = fingerprint(secret)
    assert made == ApiKey(secret).fingerprint
    assert len(made) == 9
    assert made.replace("-", "").isalnum()
    assert secret not in made


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_a_key_is_never_pickled(protocol: int) -> None:
    with pytest.raises(TypeError, match="never pickled"):
        pickle.dumps(ApiKey(SECRET), protocol=protocol)
    with pytest.raises(TypeError, match="never pickled"):
        pickle.dumps(Held(ApiKey(SECRET)), protocol=protocol)


def test_a_key_is_not_copied_into_another_by_the_copy_module() -> None:
    with pytest.raises(TypeError, match="never pickled"):
        copy.deepcopy(ApiKey(SECRET))


def test_a_logged_key_shows_its_fingerprint() -> None:
    stream = io.StringIO()
    logger = logging.getLogger("tests.keys")
    handler = logging.StreamHandler(stream)
    logger.addHandler(handler)
    logger.warning("key %s, %r, %s", ApiKey(SECRET), ApiKey(SECRET), Held(ApiKey(SECRET)))
    logger.removeHandler(handler)
    assert SECRET not in stream.getvalue()
    assert fingerprint(SECRET) in stream.getvalue()


def test_a_traceback_with_local_variables_does_not_show_a_key() -> None:
    def fails() -> None:
        key, held = ApiKey(SECRET), Held(ApiKey(SECRET))
        raise RuntimeError(f"{key} {held}")

    with pytest.raises(RuntimeError) as caught:
        fails()
    told = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
    text = "".join(told.format()).replace(f"SECRET = {SECRET!r}", "")
    assert SECRET not in text
    assert fingerprint(SECRET) in text


def test_what_is_refused_as_a_key_is_not_in_the_refusal() -> None:
    with pytest.raises(BadKey) as caught:
        ApiKey(f"{SECRET} and more")
    assert SECRET not in f"{caught.value!r} {caught.value} {caught.value.to_facts()}"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "short",
        "x" * (LONGEST_KEY + 1),
        "two words of key",
        "schlüssel-äöü",
        "sk_\nnewline",
        "bearer ",
    ],
)
def test_what_cannot_be_a_key_is_refused(text: str) -> None:
    with pytest.raises(BadKey):
        ApiKey(text)


@given(st.text(max_size=60))
def test_whatever_is_typed_is_a_key_of_visible_letters_or_refused(text: str) -> None:
    try:
        key = ApiKey(text)
    except BadKey:
        return
    assert key.reveal().isascii()
    assert key.reveal().isprintable()
    assert " " not in key.reveal()


@pytest.mark.parametrize(
    "text", [f"  {SECRET}\n", f"Bearer {SECRET}", f"bearer   {SECRET} ", f"BEARER {SECRET}"]
)
def test_a_key_pasted_with_its_header_or_spaces_is_the_same_key(text: str) -> None:
    assert ApiKey(text) == ApiKey(SECRET)
    assert ApiKey(text).reveal() == SECRET
    assert hash(ApiKey(text)) == hash(ApiKey(SECRET))


def test_keys_are_equal_to_nothing_else() -> None:
    assert ApiKey(SECRET) != ApiKey(SECRET + "x")
    assert ApiKey(SECRET) != SECRET
