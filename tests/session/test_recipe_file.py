"""Recipe files, and versions that this program does not know."""

import json

import msgspec
import pytest

from mrsviewer.analysis.recipe import Recipe
from mrsviewer.model.failure import FormatError
from mrsviewer.session.recipe_file import BASIS_BESIDE, load_recipe
from mrsviewer.session.session_file import load_session


def test_a_recipe_comes_back_as_it_was(tmp_path):
    (path := tmp_path / "recipe.json").write_bytes(msgspec.json.encode(Recipe()))
    assert load_recipe(path) == Recipe()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('{"version": 1}', "version 1, this program knows version 2"),
        ('{"version": 99}', "version 99, this program knows version 2"),
        ('{"steps": [{"step": "phase", "version": 2}]}', "Steps: it is of version 2"),
        ('{"fit": {"engin": "lcm"}}', "Fit: there is no field 'engin'"),
        ("[]", "no recipe of this program"),
        ("{", "no recipe file"),
        ("\x00", "no recipe file"),
    ],
)
def test_what_is_no_recipe_of_this_version_is_refused(tmp_path, content, said):
    (path := tmp_path / "recipe.json").write_text(content)
    with pytest.raises(FormatError) as caught:
        load_recipe(path)
    assert said in caught.value.failure.cause
    assert "fit without a recipe" in caught.value.failure.remedy


def test_a_missing_recipe_is_named(tmp_path):
    with pytest.raises(FormatError, match=r"none\.json.*cannot be read"):
        load_recipe(tmp_path / "none.json")


def test_an_edited_basis_set_is_found_beside_the_recipe(tmp_path):
    given = {"fit": {"basis_path": str(tmp_path / "gone" / "set.mrsbasis")}}
    (path := tmp_path / "recipe.json").write_text(json.dumps(given))
    assert load_recipe(path).fit.basis_path == given["fit"]["basis_path"]
    (tmp_path / BASIS_BESIDE).write_bytes(b"")
    assert load_recipe(path).fit.basis_path == str(tmp_path / BASIS_BESIDE)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"version": 7}, "it is of version 7"),
        ({"recipe": {"version": 1}}, "Recipe: it is of version 1"),
        ({"recipe": 3}, "no session of this program"),
    ],
)
def test_a_session_of_another_version_is_refused(tmp_path, changed, said):
    held = {"type": "mrsviewer-session", "recipe": {}, "inputs": []}
    (path := tmp_path / "case.mrsv.json").write_text(json.dumps(held | changed))
    with pytest.raises(FormatError) as caught:
        load_session(path)
    assert said in caught.value.failure.cause
    assert "version of mrsviewer that wrote it" in caught.value.failure.remedy
