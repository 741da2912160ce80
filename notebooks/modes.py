# %% [markdown]
# # What is this mode?
#
# The low modes of one glass: phonons, shear cores, or vortices? Arrows can look like a vortex in any of them, so every
# number here stands beside that of surrogates: fields with the same plane-wave spectrum and random phases.

# %%
import numpy as np

import hessian_lab
from hessian_lab.hessian import hessian
from hessian_lab.modes import ModeAnalysis, crossed_waves, elastic_core, implant, surrogate_test
from hessian_lab.potentials import named_model
from hessian_lab.quench import Fire, quench
from hessian_lab.spectrum import spectrum
from hessian_lab.systems import random_configuration

hessian_lab.enable_x64()

# %%
model = named_model("polydisperse", dimension=2, taper="polynomial:2")
parent = random_configuration(model, 256, np.random.default_rng(3))
glass = quench(model.build(), Fire(), parent)
matrix = hessian(model.build(), glass.configuration)
found = spectrum(matrix)
print(glass.status.label, found.zero_modes, "zero modes")

# %% [markdown]
# ## The table of modes
#
# Parameters first, then `compute`. What is costly is computed when it is asked for.

# %%
modes = ModeAnalysis(omega_max=1.2, surrogates=39).compute(matrix, found)
elastic = modes.elasticity
print(f"mu = {elastic.relaxed.shear_modulus:.3g}, K = {elastic.relaxed.bulk_modulus:.3g}")
print(f"omega_T1 of this glass: {elastic.first_transverse_frequency:.3f}")
names = ("mode_omega", "mode_participation", "transverse_weight", "core_fraction", "core_asymmetry", "p_strength")
print(names)
for row in modes.table().rows()[:8]:
    print("  ".join(f"{row[name]:8.3f}" for name in names))

# %% [markdown]
# A vortex core beyond chance needs a small `p_strength`, a rotation fraction above 0.6 in its region, and more rotation
# than the strongest shear anywhere (`core_asymmetry` above 1.2). Of surrogates a few percent pass.

# %%
print("vortex cores:", int(modes.test.rotating.sum()), "of", len(modes.omega))
modes.plot(0).figure

# %% [markdown]
# ## Would we see one?
#
# A rigid rotation with its elastic far field, implanted with half of the norm - and two crossed waves, whose centre is
# a perfect vortex to the eye.

# %%
sample = glass.configuration
random = np.random.default_rng(1)
low = modes.modes[:5]
cores = np.stack([elastic_core(sample, "rotation", sample.positions[40 * k], 1.0, random) for k in range(5)])
waves = np.stack([crossed_waves(sample, sample.positions[40 * k]) for k in range(5)])
for name, fields in (("rotation cores", implant(low, cores, 0.5)), ("crossed waves", waves)):
    test = surrogate_test(fields, matrix, modes.fits, modes.waves, random)
    fraction, found_cores = np.median(test.cores.fraction), int(test.rotating.sum())
    print(f"{name:15s} rotation fraction {fraction:.2f}, called vortices: {found_cores} of 5")

# %% [markdown]
# ## Pre-stress
#
# Scaling all pre-stress down stiffens every mode of a repulsive glass, and the surrogates too.

# %%
for omega, own, null in zip(
    modes.omega[:5], modes.prestress.log_derivative, modes.test.surrogate_prestress, strict=False
):
    print(f"omega = {omega:.3f}: d ln lambda/d delta = {own:6.2f}, surrogates {null:6.2f}")
