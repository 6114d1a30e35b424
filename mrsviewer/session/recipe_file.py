"""Recipe files: the ``recipe.json`` that is written beside the tables of a fit."""

from __future__ import annotations

from pathlib import Path

import msgspec

from mrsviewer.analysis.recipe import Recipe
from mrsviewer.model.failure import FormatError
from mrsviewer.present.form_words import complaint

BASIS_BESIDE = "basis_set.mrsbasis"
_REMEDY = "Give a recipe.json that this version of the program wrote, or fit without a recipe."


def load_recipe(path: Path) -> Recipe:
    """Return the recipe in a file; its edited basis set is found beside it where it has moved.

    Raises
    ------
    FormatError
        If the file cannot be read, is no recipe, or is one of another version.
    """
    try:
        recipe = msgspec.json.decode(path.read_bytes(), type=Recipe)
    except OSError as error:
        raise FormatError(path, f"It cannot be read: {error.strerror}.", _REMEDY) from error
    except msgspec.ValidationError as error:
        cause = f"It is no recipe of this program: {complaint(error, Recipe)}."
        raise FormatError(path, cause, _REMEDY) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise FormatError(path, "It is no recipe file.", _REMEDY, str(error)) from error
    basis, beside = recipe.fit.basis_path, path.with_name(BASIS_BESIDE)
    if basis is None or Path(basis).exists() or not beside.exists():
        return recipe
    fit = msgspec.structs.replace(recipe.fit, basis_path=str(beside))
    return msgspec.structs.replace(recipe, fit=fit)
