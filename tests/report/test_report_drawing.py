import xml.etree.ElementTree as ET
from dataclasses import replace

import numpy as np
import pytest
from synthetic_case import make_analysis

from mrsviewer.model.volume import Volume
from mrsviewer.model.voxel import Voxel
from mrsviewer.present.anatomy import anatomy_scene
from mrsviewer.present.spectrum import spectrum_scene
from mrsviewer.report import drawing as d
from mrsviewer.report.chart import spectrum_drawing
from mrsviewer.report.pdf_drawing import to_reportlab
from mrsviewer.report.slices import slices_drawing
from mrsviewer.report.svg import to_svg


@pytest.fixture(scope="module")
def scene():
    analysis = make_analysis()
    return spectrum_scene(analysis, analysis.recipe)


def curve(drawing, colour, at_least=100):
    (path,) = [
        s
        for s in drawing.shapes
        if isinstance(s, d.Path) and s.colour == colour and len(s.points) >= at_least
    ]
    return path


def head(bright):
    index = np.stack(np.meshgrid(*[np.arange(n) for n in (60, 70, 50)], indexing="ij"), axis=-1)
    affine = np.diag([3.0, 3.0, 3.0, 1.0])
    affine[:3, 3] = (-90, -110, -60)
    place = index @ affine[:3, :3].T + affine[:3, 3]
    data = 100.0 * (np.linalg.norm(place / [70, 90, 60], axis=-1) < 1)
    data[np.linalg.norm(place - bright, axis=-1) < 10] = 400
    return Volume(data.astype(np.float32), affine, "T1w")


def test_ppm_rises_to_the_left_and_naa_is_the_highest_peak(scene):
    picture = spectrum_drawing(scene, 320, 300)
    fit = curve(picture, d.FIT).points
    top = fit[np.argmin(fit[:, 1])]
    assert top[0] == pytest.approx((4.2 - 2.01) / 4.0 * 320, abs=2)


def test_what_was_not_found_labels_no_peak(scene):
    def labels(shown):
        picture = spectrum_drawing(shown, 320, 300)
        return {shape.text for shape in picture.shapes if isinstance(shape, d.Label)}

    assert {"tNAA", "tCr"} <= labels(scene)
    assert "tNAA" not in labels(replace(scene, missing=("tNAA",)))


def test_residual_has_its_own_strip_on_the_same_scale(scene):
    picture = spectrum_drawing(scene, 320, 300)
    residual, data, fit = (curve(picture, c).points for c in (d.RESIDUAL, d.DATA, d.FIT))
    assert residual[:, 1].max() < min(fit[:, 1].min(), data[:, 1].min())
    values = next(c for c in scene.curves if c.role == "residual")
    model = next(c for c in scene.curves if c.role == "fit")
    turn = np.exp(1j * scene.zero_phase_rad)
    assert values.values.shape == model.values[::2].shape
    assert np.ptp(residual[:, 1]) / np.ptp(fit[:, 1]) == pytest.approx(
        np.ptp((values.values * turn).real) / np.ptp((model.values * turn).real), rel=0.3
    )


def test_everything_stays_on_the_paper(scene):
    for picture in (
        spectrum_drawing(scene, 320, 300),
        spectrum_drawing(replace(scene, noise_sd=None), 523, 260),
    ):
        for shape in picture.shapes:
            if isinstance(shape, d.Path):
                assert shape.points[:, 0].min() >= -0.01
                assert shape.points[:, 0].max() <= picture.width + 0.01
                assert shape.points[:, 1].min() >= -0.01
                assert shape.points[:, 1].max() <= picture.height + 0.01


def test_labels_do_not_lie_on_one_another(scene):
    picture = spectrum_drawing(scene, 320, 300)
    labels = [s for s in picture.shapes if isinstance(s, d.Label)]
    boxes = []
    for one in labels:
        width = 0.6 * one.size * len(one.text)
        left = one.x - {"start": 0, "middle": width / 2, "end": width}[one.anchor]
        boxes.append((left, one.y - one.size * 0.75, left + width, one.y, one.text))
    for i, a in enumerate(boxes):
        for b in boxes[i + 1 :]:
            apart = a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1]
            assert apart, (a[4], b[4])


def test_inverted_and_flat_spectra_are_drawn(scene):
    for factor in (-1.0, 0.0):
        curves = tuple(replace(c, values=c.values * factor) for c in scene.curves)
        picture = spectrum_drawing(replace(scene, curves=curves), 320, 300)
        ys = curve(picture, d.DATA).points[:, 1]
        assert np.isfinite(ys).all()
        assert ys.max() <= 300 - 28


def test_no_curves_no_picture(scene):
    assert spectrum_drawing(replace(scene, curves=()), 320, 300) is None


def test_voxel_outline_stands_on_the_bright_blob():
    place = (-36.0, 20.0, 9.0)
    voxel = Voxel.from_arrays(np.array(place), np.array([18.0, 18.0, 18.0]), np.eye(3))
    scene = anatomy_scene(head(place), (voxel,))
    picture = slices_drawing(scene, 523, 150)
    images = [s for s in picture.shapes if isinstance(s, d.Picture)]
    outlines = [s for s in picture.shapes if isinstance(s, d.Path) and s.colour == d.VOXEL]
    assert len(images) == len(outlines) == 3
    for image, outline in zip(images, outlines, strict=True):
        pixels = np.asarray(image.image).astype(float)
        rows, columns = np.argwhere(pixels > 200).mean(axis=0)
        x = image.x + (columns + 0.5) / pixels.shape[1] * image.width
        y = image.y + (rows + 0.5) / pixels.shape[0] * image.height
        assert outline.points.mean(axis=0) == pytest.approx((x, y), abs=1.0)
    assert images[0].x + images[0].width / 2 < outlines[0].points[:, 0].mean(), "left is right"
    letters = [s.text for s in picture.shapes if isinstance(s, d.Label) and s.bold]
    assert letters == ["R", "L", "A", "P", "R", "L", "S", "I", "A", "P", "S", "I"]
    scales = {round(i.width / (i.image.width), 4) for i in images}
    assert len(scales) == 1, "all three on one scale"


def test_svg_is_well_formed_and_escaped():
    picture = d.Drawing(
        10,
        10,
        (d.Label(1, 1, "a<b & c", halo="#FFFFFF"), d.rectangle(0, 0, 5, 5, "#000000")),
        '"><x>',
    )
    root = ET.fromstring(to_svg(picture))
    assert root.attrib["aria-label"] == '"><x>'
    assert [e.text for e in root if e.tag.endswith("text")] == ["a<b & c"]


def test_reportlab_gets_every_shape():
    picture = d.Drawing(
        10, 10, (d.Label(1, 1, "a"), d.line(0, 0, 5, 5, d.INK), d.rectangle(0, 0, 5, 5, d.INK)), ""
    )
    kinds = [type(shape).__name__ for shape in to_reportlab(picture).contents]
    assert kinds == ["String", "PolyLine", "Polygon"]
