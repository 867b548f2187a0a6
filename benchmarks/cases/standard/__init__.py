"""The standard problems of the field: ADBench's, cmpad's, and two of Siskind and Pearlmutter (2008)."""

from __future__ import annotations

from benchmarks.cases.problem import Problem
from benchmarks.cases.standard.ba import SparseBundleAdjustment
from benchmarks.cases.standard.descents import Particle, Saddle
from benchmarks.cases.standard.det import DeterminantByMinors
from benchmarks.cases.standard.gmm import GaussianMixture
from benchmarks.cases.standard.ht import (
    HandTracking,
    HandTrackingByTriangles,
    LargeHandTracking,
    LargeHandTrackingByTriangles,
)
from benchmarks.cases.standard.kmeans import KMeans
from benchmarks.cases.standard.llsq import PolynomialLeastSquares
from benchmarks.cases.standard.lse import LogSumExp
from benchmarks.cases.standard.lstm import DiagonalLSTM
from benchmarks.cases.standard.ode import RungeKutta

STANDARD: tuple[Problem, ...] = (
    PolynomialLeastSquares(),
    LogSumExp(),
    DeterminantByMinors(),
    RungeKutta(),
    GaussianMixture(),
    DiagonalLSTM(),
    SparseBundleAdjustment(),
    HandTracking(),
    HandTrackingByTriangles(),
    LargeHandTracking(),
    LargeHandTrackingByTriangles(),
    KMeans(),
    Saddle(),
    Particle(),
)
