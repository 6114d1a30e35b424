"""Write a dataset in the format that is asked for, or that the ending of the name stands for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, cast, get_args

from mrsviewer.formats.target_file import write_error

if TYPE_CHECKING:
    from pathlib import Path

    from mrsviewer.model.acquisition import Identity
    from mrsviewer.model.dataset import Dataset

Writable = Literal["nifti-mrs", "lcmodel-raw", "jmrui", "csv"]

ENDINGS: dict[str, Writable] = {
    ".nii": "nifti-mrs",
    ".nii.gz": "nifti-mrs",
    ".raw": "lcmodel-raw",
    ".h2o": "lcmodel-raw",
    ".txt": "jmrui",
    ".csv": "csv",
}


def kind_of(path: Path) -> Writable:
    """Return the format that the ending of a name stands for.

    Raises
    ------
    MrsError
        If it stands for none.
    """
    name = path.name.lower()
    ending = ".nii.gz" if name.endswith(".nii.gz") else path.suffix.lower()
    if ending in ENDINGS and name != ending:
        return ENDINGS[ending]
    cause = "Its ending does not say in which format to write."
    remedy = "End it in .nii.gz (NIfTI-MRS), .RAW or .H2O (LCModel), .txt (jMRUI) or .csv."
    raise write_error(path, cause, remedy)


def write_scan(
    dataset: Dataset, path: Path, kind: str | None = None, identity: Identity | None = None
) -> tuple[Path, ...]:
    """Write a dataset and return the files written, the named one first.

    Parameters
    ----------
    dataset
        What is to be written.
    path
        Where; existing files are replaced whole.
    kind
        "nifti-mrs", "lcmodel-raw", "jmrui" or "csv"; None: by the ending of ``path``.
    identity
        Whose data these are, for the formats that can say it; None: nobody's.

    Raises
    ------
    MrsError
        If the format cannot hold the data or the place cannot be written to.
    """
    chosen = kind_of(path) if kind is None else _known(kind)
    if chosen == "nifti-mrs":
        from mrsviewer.formats.nifti_mrs_writer import write as write_nifti  # noqa: PLC0415

        write_nifti(dataset, path, identity)
        return (path,)
    if chosen == "lcmodel-raw":
        from mrsviewer.formats.lcmodel_writer import write_raw  # noqa: PLC0415

        return write_raw(dataset, path)
    if chosen == "jmrui":
        from mrsviewer.formats.jmrui_writer import write as write_jmrui  # noqa: PLC0415

        return write_jmrui(dataset, path, identity)
    from mrsviewer.formats.csv_writer import write as write_csv  # noqa: PLC0415

    return write_csv(dataset, path)


def _known(kind: str) -> Writable:
    if kind not in get_args(Writable):
        msg = f"no format {kind!r}"
        raise ValueError(msg)
    return cast("Writable", kind)
