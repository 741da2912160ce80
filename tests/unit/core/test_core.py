"""Errors, identities, precision, and what an import costs."""

import os
import re
import subprocess
import sys

import jax
import numpy as np
import pytest

import hessian_lab
from hessian_lab import InputError, Status
from hessian_lab._core import precision
from hessian_lab._core.errors import ComputationError, DataFileError, HessianLabError
from hessian_lab._core.identity import canonical, digest, generator
from hessian_lab._core.provenance import provenance
from hessian_lab.quench import Fire


def python(code, **environment):
    """Run a program of its own; returns its output, its errors and its exit status."""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env={**os.environ, **environment}, timeout=120
    )
    return done.stdout, done.stderr, done.returncode


def test_this_jax_computes_correctly():
    precision.check_jax.cache_clear()
    precision.check_jax()


def test_a_jax_that_computes_wrongly_is_refused(monkeypatch):
    """The symptom of 0.10.2: compiled, one row of the sum is another number."""
    honest = jax.jit

    def faulty(function, **options):
        compiled = honest(function, **options)
        return lambda *arguments: compiled(*arguments).at[16384].multiply(1 + 1e-15)

    monkeypatch.setattr(jax, "jit", faulty)
    precision.check_jax.cache_clear()
    with pytest.raises(ComputationError, match=r"jax .* computes a compiled sum of squares wrongly.*jax#39103"):
        precision.check_jax()
    precision.check_jax.cache_clear()


def test_single_precision_is_refused_with_the_remedy():
    """In a program that has not switched 64-bit floats on: an InputError that says how."""
    code = """
import numpy as np
from hessian_lab.hessian import interacting_pairs
from hessian_lab.potentials import named_model
from hessian_lab.quench import Fire, quench
from hessian_lab.systems import random_configuration
from hessian_lab import InputError
model = named_model("polydisperse", dimension=2)
sample = random_configuration(model, 64, np.random.default_rng(0))
for work in (lambda: interacting_pairs(model.build(), sample), lambda: quench(model.build(), Fire(), sample)):
    try:
        work()
    except InputError as error:
        print(error)
"""
    out, err, status = python(code, JAX_ENABLE_X64="0")
    assert status == 0, err
    assert out.count("jax.config.update('jax_enable_x64', True)") == 2
    assert out.count("JAX_ENABLE_X64=1") == 2
    out, err, status = python(code, JAX_ENABLE_X64="1")
    assert (out, status) == ("", 0), err


def test_enable_x64_switches_it_on():
    code = "import hessian_lab; hessian_lab.enable_x64(); import jax.numpy as jnp; print(jnp.ones(1).dtype)"
    assert python(code, JAX_ENABLE_X64="0")[0].strip() == "float64"


def test_importing_is_cheap_and_brings_no_jax():
    """`import hessian_lab` below 1.5 s, without jax, jax_md, h5py or matplotlib; the library rooms bring no jax_md."""
    code = """
import sys, time
start = time.perf_counter()
import hessian_lab
print(time.perf_counter() - start)
print(sorted({"jax", "jax_md", "h5py", "matplotlib", "scipy"} & set(sys.modules)))
import hessian_lab.quench, hessian_lab.spectrum, hessian_lab.modes
print("jax_md" in sys.modules)
import jax
print(jax.config.jax_enable_x64)
"""
    out, err, status = python(code, JAX_ENABLE_X64="0")
    assert status == 0, err
    seconds, loaded, jax_md, x64 = out.splitlines()
    # A cold disk or a busy machine may slow down the first of three.
    short = code[: code.index("print(sorted")]
    assert min(float(seconds), *(float(python(short)[0]) for _ in range(2))) < 1.5
    assert loaded == "[]"
    assert jax_md == "False"
    assert x64 == "False"


def test_a_digest_is_a_matter_of_content():
    """1 and 1.0 are one setting, the order of keys and the kind of sequence do not matter; other values do."""
    one = {"n": 12, "cutoff": 1.0, "mixing": {"kind": "additive", "values": (1, 2.5)}}
    other = {"mixing": {"values": [1.0, 2.5], "kind": "additive"}, "cutoff": 1, "n": np.float64(12.0)}
    assert digest(one) == digest(other)
    assert digest({"values": np.array([1.0, 2.5])}) == digest({"values": [1, 2.5]})
    different = [{**one, "n": 13}, {**one, "cutoff": 1.0000000000000002}, {**one, "m": None}, [one], "1", 1, True, None]
    assert len({digest(value) for value in [one, *different]}) == 9
    assert digest(float("inf")) == digest("inf")
    assert canonical(2.0**60) == 2.0**60


def test_a_digest_never_changes():
    """Golden values: a change of these would give every stored sample another identity."""
    assert digest({"model": "polydisperse", "N": 256, "taper": {"kind": "local", "m": "inf"}}) == "2722271bf24f9d2d"
    assert digest({"a": 1}, length=64) == "015abd7f5cc57a2dd94b7590f04ad8084273905ee33ec5cebeae62276a97f862"
    # FIRE as glasses are identified by it: the usual polish is left out.
    assert digest({k: v for k, v in Fire().table().items() if k != "polish"}) == "df8cae6001b9a5c7"


def test_settings_without_a_canonical_form_are_refused():
    with pytest.raises(InputError, match="NaN"):
        digest({"a": [1, float("nan")]})
    with pytest.raises(InputError, match="the type complex"):
        digest(1j)


def test_every_sample_and_purpose_has_its_own_numbers():
    """Independent streams, the same ones every time: golden first numbers, and no correlation between purposes."""
    drawn = [generator(*key).random(20_000) for key in (("a", "positions"), ("a", "swaps"), ("b", "positions"))]
    again = generator("a", "positions").random(20_000)
    assert np.array_equal(drawn[0], again)
    correlation = np.corrcoef(drawn) - np.eye(3)
    assert np.abs(correlation).max() < 4 / np.sqrt(20_000)
    assert generator("0123456789abcdef", "parent").integers(0, 2**63, 2).tolist() == [
        4066183268610373424,
        3040522861008033540,
    ]


def test_settings_are_frozen_and_spelled_correctly():
    with pytest.raises(Exception, match="frozen"):
        Fire().dt_max = 2.0
    assert Fire(**Fire(dt_max=0.7).table()) == Fire(dt_max=0.7)


def test_errors_have_the_exit_status_of_their_kind():
    assert [e.exit_code for e in (InputError, DataFileError, ComputationError, HessianLabError)] == [2, 3, 4, 4]
    assert all(issubclass(e, HessianLabError) for e in (InputError, DataFileError, ComputationError))
    assert issubclass(InputError, ValueError)
    assert set(hessian_lab.__all__) <= set(dir(hessian_lab))


def test_statuses_keep_their_numbers():
    """They are stored in files."""
    assert {s.label: int(s) for s in Status} == {
        "running": 0,
        "converged": 1,
        "max_steps": 2,
        "saddle": 3,
        "unjammed": 4,
        "pinned_at_cutoff": 5,
        "not_finite": 6,
        "marginal": 7,
        "narrow_cell": 8,
    }
    failed = {s.label for s in Status if s.failed}
    assert failed == {"max_steps", "unjammed", "pinned_at_cutoff", "not_finite", "narrow_cell"}


def test_provenance_names_versions_and_device():
    found = provenance()
    assert found["jax"] == jax.__version__
    assert found["numpy"] == np.__version__
    assert re.fullmatch(r"\d+\.\d+\.\d+.*", found["code_version"])
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00", found["created"])
    assert found["device"].startswith(jax.devices()[0].platform)
