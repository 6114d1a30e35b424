"""The forms and file dialogs of the view of basis sets, and what is done with the answers."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt

from mrsviewer.basis.spin_systems import metabolite_names
from mrsviewer.session import basis_edits as edits
from mrsviewer.ui.dialogs.files import choose_file, choose_folder, choose_new_file
from mrsviewer.ui.dialogs.step import StepDialog

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from mrsviewer.jobs.context import JobContext
    from mrsviewer.model.basis import BasisSet
    from mrsviewer.ui.basis_commands import BasisCommands

_EXPORT = "basis_set.basis"


class BasisDialogs:
    """Asks what a command needs, and starts it."""

    def __init__(self, owner: BasisCommands) -> None:
        self._owner = owner

    def ask(self, name: str) -> None:
        """Carry out the command called ``name``; unknown names do nothing."""
        files: dict[str, tuple[str, Callable[[Path], None]]] = {
            "open": ("Open basis set", self._load),
            "compare_file": ("Compare with which basis set?", self._compare),
            "add_measured": ("Which metabolite-nulled scan?", self._add_measured),
        }
        forms: dict[str, Callable[[], tuple[str, Any, Callable[[Any], None]]]] = {
            "rename": lambda: self._edit("Rename", edits.Rename(name=self._chosen()[0])),
            "scale": lambda: self._edit("Scale", edits.Scale()),
            "shift": lambda: self._edit("Shift", edits.Shift()),
            "kind": lambda: self._edit("Kind", edits.Kind()),
            "add_lines": lambda: self._edit("Add lines", edits.AddLines()),
            "simulate": lambda: ("New simulated set", self._plan(), self._simulate),
            "compare_simulated": lambda: ("Simulate to compare", self._plan(), self._compare_plan),
            "add_metabolite": self._metabolite_form,
            "macromolecules": self._macromolecule_form,
            "add_from_other": self._other_form,
        }
        if name in files:
            title, take = files[name]
            choose_file(self._owner.view, title, self._owner.folder, take)
        elif name in forms:
            self._show_form(*forms[name]())
        elif name == "open_folder":
            choose_folder(self._owner.view, "Open basis set", self._owner.folder, self._load)
        elif name == "export":
            view = self._owner.view
            choose_new_file(view, "Export basis set", self._owner.folder, _EXPORT, self.export)
        elif name == "remove":
            self._remove()
        elif name == "add_missing":
            self._owner.change("Add missing metabolites", self._with_missing)

    def export(self, path: Path) -> None:
        """Write the set, in the format that the name stands for."""
        basis = self._owner.bench.basis
        if basis is None:
            return

        def work(_context: JobContext) -> tuple[Path, ...]:
            from mrsviewer.formats import write_basis  # noqa: PLC0415 - heavy, in the thread

            return write_basis(basis, path)

        def done(_written: tuple[Path, ...]) -> None:
            self._owner.view.message_bar.show_notice("info", f"Basis set written to {path}")

        self._owner.run("Writing the basis set", work, done)

    def _chosen(self) -> tuple[str, ...]:
        return self._owner.view.components.chosen()

    def _show_form(self, title: str, form: Any, take: Callable[[Any], None]) -> None:
        dialog = StepDialog(title, form, self._owner.view)
        dialog.step_chosen.connect(take)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def _edit(self, title: str, form: Any) -> tuple[str, Any, Callable[[Any], None]]:
        names = self._chosen()

        def take(edit: edits.Edit) -> None:
            self._owner.change(title, lambda basis, _context: edit.applied(basis, names))

        return title, form, take

    def _remove(self) -> None:
        names = self._chosen()

        def work(basis: BasisSet, _context: JobContext) -> BasisSet:
            from mrsviewer.basis.editing import without  # noqa: PLC0415 - in the thread

            return without(basis, names)

        self._owner.change("Remove", work)

    def _plan(self) -> Any:
        from mrsviewer.basis.plan import SimulationPlan, plan_for  # noqa: PLC0415 - when asked for

        data = self._owner.data()
        return SimulationPlan() if data is None else plan_for(data, self._owner.points())

    def _simulate(self, plan: Any) -> None:
        self._owner.load("Simulating", partial(_simulated, plan))

    def _compare_plan(self, plan: Any) -> None:
        self._owner.compare("Simulating", partial(_simulated, plan))

    def _load(self, path: Path) -> None:
        self._owner.load(f"Opening {path.name}", lambda _context: _read(path))

    def _compare(self, path: Path) -> None:
        self._owner.compare(f"Comparing with {path.name}", lambda _context: _read(path))

    def _metabolite_form(self) -> tuple[str, Any, Callable[[Any], None]]:
        basis = self._owner.bench.basis
        known = () if basis is None else basis.names
        names = [name for name in metabolite_names() if name not in known] or ["none left"]
        form = edits.choice_of(names, "Simulate a metabolite for the sequence of this set.")
        return "Add metabolite", form, self._add_metabolite

    def _other_form(self) -> tuple[str, Any, Callable[[Any], None]]:
        basis, other = self._owner.bench.basis, self._owner.bench.other
        known = () if basis is None else basis.names
        there = () if other is None else other.names
        names = [name for name in there if name not in known] or ["none left"]
        form = edits.choice_of(names, "Take a component of the second set, in this set's scale.")
        return "Add from second set", form, self._add_from_other

    def _macromolecule_form(self) -> tuple[str, Any, Callable[[Any], None]]:
        fit = self._owner.recipe().fit
        form = edits.Macromolecules(fit.macromolecules, fit.macromolecule_scan, fit.complete)
        return "Macromolecules of the fit", form, self._owner.choose_macromolecules

    def _add_metabolite(self, form: Any) -> None:
        name = str(form.component)

        def work(basis: BasisSet, context: JobContext) -> BasisSet:
            from mrsviewer.basis.editing import taken_from  # noqa: PLC0415 - in the thread
            from mrsviewer.basis.plan import metabolite_for  # noqa: PLC0415 - in the thread

            return taken_from(basis, metabolite_for(basis, name, context), [name])

        self._owner.change(f"Add {name}", work)

    def _with_missing(self, basis: BasisSet, context: JobContext) -> BasisSet:
        from mrsviewer.basis.completion import with_missing  # noqa: PLC0415 - in the thread

        return with_missing(basis, self._owner.data(), context)[0]

    def _add_from_other(self, form: Any) -> None:
        name, other = str(form.component), self._owner.bench.other
        if other is None:
            return

        def work(basis: BasisSet, _context: JobContext) -> BasisSet:
            from mrsviewer.basis.editing import taken_from  # noqa: PLC0415 - in the thread

            return taken_from(basis, other, [name])

        self._owner.change(f"Add {name}", work)

    def _add_measured(self, path: Path) -> None:
        def work(basis: BasisSet, context: JobContext) -> BasisSet:
            from mrsviewer.analysis.basis_stage import (  # noqa: PLC0415 - heavy, in the thread
                macromolecules_of_scan,
            )
            from mrsviewer.basis.measured import with_measured  # noqa: PLC0415 - as above

            found = macromolecules_of_scan(path, basis, context)
            return with_measured(basis, found, path.name)

        self._owner.change("Add measured macromolecules", work)


def _read(path: Path) -> BasisSet:
    from mrsviewer.basis.normalisation import normalise  # noqa: PLC0415 - in the thread
    from mrsviewer.formats import read_basis  # noqa: PLC0415 - readers are heavy

    return normalise(read_basis(path))


def _simulated(plan: Any, context: JobContext) -> BasisSet:
    from mrsviewer.basis.plan import simulated  # noqa: PLC0415 - in the thread

    return simulated(plan, context)
