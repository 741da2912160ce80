"""The pair law as plain scalar code for compiled loops: made from the law itself, so that one law stays one.

The law is traced by jax with its derivative, and every primitive of the trace becomes a line of Python that numba
compiles. Arrays of parameters are unrolled.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax.extend import core

from ._law import PairLaw


@dataclass(frozen=True)
class ScalarLaw:
    """Code of a form of law, for pairs within their reach: the same for all laws that differ in numbers only.

    Attributes:
        parameters: how many names p0, p1, ... there are, in the order of `law_parameters`.
        lines: assignments that compute everything from the names `r2`, `sigma`, `epsilon` and the parameters.
        energy: name or number that holds the pair energy after the lines.
        slope: the same of its derivative by r^2.
    """

    parameters: int
    lines: tuple[str, ...]
    energy: str
    slope: str


def law_parameters(law: PairLaw) -> jax.Array:
    """All numbers of a law in one vector: the values of `ScalarLaw`'s p0, p1, ..., shape (parameters,)."""
    leaves = [jnp.ravel(jnp.asarray(leaf, jnp.float64)) for leaf in jax.tree.leaves(law)]
    return jnp.concatenate(leaves) if leaves else jnp.zeros(1)


def scalar_law(law: PairLaw) -> ScalarLaw | None:
    """Code of the energy and slope of one pair within its reach; None if an operation of the law has no line here.

    Args:
        law: with concrete or traced numbers.
    """
    leaves, tree = jax.tree.flatten(law)
    return _translated(tree, tuple(np.shape(leaf) for leaf in leaves))


@cache
def _translated(tree: Any, sizes: tuple[tuple[int, ...], ...]) -> ScalarLaw | None:
    """`scalar_law` of all laws with this tree and leaves of these shapes."""
    shapes = [jax.ShapeDtypeStruct(size, np.float64) for size in sizes]
    number = jax.ShapeDtypeStruct((), np.float64)

    def pair(leaves: list[Any], r2: Any, sigma: Any, epsilon: Any) -> tuple[Any, Any]:
        law = jax.tree.unflatten(tree, leaves)
        return jax.jvp(lambda s: law.energy_within(s, sigma, epsilon), (r2,), (jnp.ones_like(r2),))

    closed = jax.make_jaxpr(pair)(shapes, number, number, number)
    inputs, first = [], 0
    for shape in shapes:
        count = int(np.prod(shape.shape))
        names = np.array([f"p{first + k}" for k in range(count)], dtype=object)
        inputs.append(names.reshape(shape.shape))
        first += count
    inputs += [np.array(name, dtype=object) for name in ("r2", "sigma", "epsilon")]
    writer = _Writer()
    try:
        energy, slope = writer.translate(closed.jaxpr, closed.consts, inputs)
    except NotImplementedError:
        return None
    return ScalarLaw(first, tuple(writer.lines), str(energy.item()), str(slope.item()))


class _Writer:
    """Writes one line for every scalar operation of a trace."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.known: dict[str, str] = {}

    def name(self, expression: str) -> str:
        """A variable that holds an expression; the same for equal expressions."""
        if expression not in self.known:
            self.known[expression] = f"t{len(self.lines)}"
            self.lines.append(f"{self.known[expression]} = {expression}")
        return self.known[expression]

    def translate(self, jaxpr: Any, constants: Sequence[Any], inputs: Sequence[np.ndarray]) -> list[np.ndarray]:
        """Arrays of names for the outputs of a trace, from those of its inputs."""
        values = dict(zip(jaxpr.invars, inputs, strict=True))
        values |= {variable: _literal(value) for variable, value in zip(jaxpr.constvars, constants, strict=True)}

        def read(atom: Any) -> np.ndarray:
            return _literal(atom.val) if isinstance(atom, core.Literal) else values[atom]

        for equation in jaxpr.eqns:
            outputs = self._equation(equation, [read(atom) for atom in equation.invars])
            values |= dict(zip(equation.outvars, outputs, strict=True))
        return [read(atom) for atom in jaxpr.outvars]

    def _equation(self, equation: Any, inputs: list[np.ndarray]) -> list[np.ndarray]:
        name, parameters = equation.primitive.name, equation.params
        inner = parameters.get("jaxpr", parameters.get("call_jaxpr"))
        if inner is not None and name in ("jit", "pjit", "closed_call", "custom_jvp_call", "custom_vjp_call"):
            return self.translate(inner.jaxpr, inner.consts, inputs)
        shape = equation.outvars[0].aval.shape
        if name == "slice":
            strides = parameters["strides"] or (1,) * inputs[0].ndim
            limits = zip(parameters["start_indices"], parameters["limit_indices"], strides, strict=True)
            return [inputs[0][tuple(slice(*limit) for limit in limits)]]
        if name in ("squeeze", "reshape", "expand_dims"):
            return [inputs[0].reshape(shape)]
        if name == "broadcast_in_dim":
            whole = [1] * len(shape)
            for axis, place in enumerate(parameters["broadcast_dimensions"]):
                whole[place] = inputs[0].shape[axis]
            return [np.broadcast_to(inputs[0].reshape(whole), shape)]
        if name == "concatenate":
            return [np.concatenate(inputs, axis=parameters["dimension"])]
        if name == "integer_pow":
            powers = [self._integer_power(str(item), parameters["y"]) for item in inputs[0].ravel()]
            return [np.array(powers, dtype=object).reshape(shape)]
        write = _SCALAR.get(name)
        if write is None or any(atom.aval.dtype not in (np.float64, np.bool_) for atom in equation.outvars):
            raise NotImplementedError(name)
        arrays = np.broadcast_arrays(*inputs) if len(inputs) > 1 else inputs
        output = np.empty(arrays[0].shape, dtype=object)
        for place in np.ndindex(output.shape):
            expression = write(*(str(array[place]) for array in arrays))
            output[place] = expression if expression.isidentifier() else self.name(expression)
        return [output]

    def _integer_power(self, base: str, power: int) -> str:
        """By squaring; negative powers are those of the reciprocal: one division serves all powers of a number."""
        square, left = self.name(f"1.0 / {base}") if power < 0 else base, abs(power)
        product = ""
        while left:
            if left & 1:
                product = self.name(f"{product} * {square}") if product else square
            left >>= 1
            if left:
                square = self.name(f"{square} * {square}")
        return product or "1.0"


def _literal(value: Any) -> np.ndarray:
    """An array of numbers as they are written in code."""
    values = np.asarray(value)
    names = np.empty(values.shape, dtype=object)
    for place in np.ndindex(values.shape):
        item = values[place].item()
        names[place] = f"({item!r})" if np.isfinite(item) else f"float('{item!r}')"
    return names


def _infix(sign: str) -> Callable[..., str]:
    return lambda a, b: f"{a} {sign} {b}"


def _function(name: str) -> Callable[..., str]:
    return lambda *operands: f"{name}({', '.join(operands)})"


def _select(which: str, *cases: str) -> str:
    if len(cases) != 2:
        raise NotImplementedError("select_n")
    return f"({cases[1]} if {which} else {cases[0]})"


_SCALAR: dict[str, Callable[..., str]] = {
    "add": _infix("+"),
    "add_any": _infix("+"),
    "sub": _infix("-"),
    "mul": _infix("*"),
    "div": _infix("/"),
    "lt": _infix("<"),
    "le": _infix("<="),
    "gt": _infix(">"),
    "ge": _infix(">="),
    "eq": _infix("=="),
    "ne": _infix("!="),
    "and": _infix("&"),
    "or": _infix("|"),
    "pow": _infix("**"),
    "neg": lambda a: f"-{a}",
    "not": lambda a: f"(not {a})",
    "square": lambda a: f"{a} * {a}",
    "rsqrt": lambda a: f"1.0 / np.sqrt({a})",
    "logistic": lambda a: f"1.0 / (1.0 + np.exp(-{a}))",
    "select_n": _select,
    "clamp": lambda low, a, high: f"min(max({a}, {low}), {high})",
    "max": _function("max"),
    "min": _function("min"),
    "abs": _function("abs"),
    "sign": _function("np.sign"),
    "stop_gradient": lambda a: a,
    "copy": lambda a: a,
    "convert_element_type": lambda a: a,
}
_SCALAR |= {name: _function(f"np.{name}") for name in ("sqrt", "exp", "log", "sin", "cos", "tanh", "expm1", "log1p")}
