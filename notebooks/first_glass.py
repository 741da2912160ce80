# %% [markdown]
# # A first glass
# From random positions to the modes of one glass, and what the taper does to them. Paired with `first_glass.ipynb`:
# the cells are the same, and the test suite runs this file.

# %%
import matplotlib

import hessian_lab

hessian_lab.enable_x64()

# %% [markdown]
# ## A parent and two potentials
# The same random parent is quenched under two local tapers, which differ only between 1.4 and 1.75 sigma.

# %%
import numpy as np

from hessian_lab.potentials import named_model
from hessian_lab.quench import Fire, quench
from hessian_lab.systems import random_configuration

models = {m: named_model("polydisperse", taper=f"local:{m}") for m in (2, "inf")}
parent = random_configuration(models[2], 180, np.random.default_rng(1))
glasses = {m: quench(model.build(), Fire(), parent) for m, model in models.items()}
for m, glass in glasses.items():
    print(f"m = {m}: {glass.status.label} after {glass.steps} steps, U/N = {glass.energy / 180:.6f} epsilon")

# %% [markdown]
# ## Spectra
# Three translations cost no energy; everything else is positive in a minimum.

# %%
from hessian_lab.hessian import hessian
from hessian_lab.spectrum import spectrum

spectra = {m: spectrum(hessian(models[m].build(), glass.configuration)) for m, glass in glasses.items()}
for m, found in spectra.items():
    print(f"m = {m}: {found.zero_modes} zero modes, {found.negative_modes} negative, lowest {found.positive_omega[:4]}")

# %% [markdown]
# ## The first transverse phonon
# The simple-shear modulus with relaxed particles carries transverse waves in a stressed solid.

# %%
from hessian_lab.hessian import interacting_pairs
from hessian_lab.modes import first_transverse_frequency, participation_ratio, simple_shear_moduli

omega_t1 = {}
for m, found in spectra.items():
    sample = glasses[m].configuration
    moduli = simple_shear_moduli(interacting_pairs(models[m].build(), sample), found)
    omega_t1[m] = first_transverse_frequency(moduli.mean, sample.mass_density, sample.volume, 3)
    print(f"m = {m}: mu = {moduli.mean:.3f} epsilon/length^3, omega_T1 = {omega_t1[m]:.3f}")

# %% [markdown]
# ## Participation against frequency

# %%
from matplotlib.figure import Figure

figure = Figure(figsize=(6, 4), layout="constrained")
axes = figure.subplots()
for m, found in spectra.items():
    keep = found.omega > 0
    axes.plot(found.omega[keep], participation_ratio(found.modes()[keep]), ".", markersize=3, label=f"m = {m}")
axes.axvline(omega_t1[2], color="grey", linestyle=":", label=r"$\omega_{T1}$, m = 2")
axes.axhline(2 / 3, color="grey", linewidth=0.8, label="standing plane wave, 2/3")
axes.set_xlabel(r"$\omega$  [$(\epsilon/m)^{1/2}/\ell$]")
axes.set_ylabel("participation ratio")
axes.legend()
print(f"matplotlib {matplotlib.__version__}: {len(axes.lines)} curves")
figure
