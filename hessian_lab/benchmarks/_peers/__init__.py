"""The other engines, prepared like our own side. None of them uses the package's potentials or solvers."""
