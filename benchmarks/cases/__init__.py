"""The cases, in the order in which they are run and reported."""

from __future__ import annotations

from benchmarks.cases.broadcasts import Broadcasts
from benchmarks.cases.brusselator import Brusselator
from benchmarks.cases.bundle_adjustment import BundleAdjustment
from benchmarks.cases.chain_batch import ChainBatch
from benchmarks.cases.constant_factor import ConstantFactor
from benchmarks.cases.elementwise_chain import ElementwiseChain
from benchmarks.cases.equations import Equations, SmallSystems
from benchmarks.cases.first_call import FirstCall
from benchmarks.cases.gaussian_process import GaussianProcess
from benchmarks.cases.import_time import ImportTime
from benchmarks.cases.kalman_filter import KalmanFilter
from benchmarks.cases.least_squares import LeastSquares
from benchmarks.cases.log_determinant import LogDeterminant
from benchmarks.cases.log_volume import LogVolume
from benchmarks.cases.loop import Loop
from benchmarks.cases.lstm import LSTM
from benchmarks.cases.memory import Memory
from benchmarks.cases.network_small import NetworkSmall
from benchmarks.cases.network_wide import NetworkWide
from benchmarks.cases.operations import Operations
from benchmarks.cases.power_spectrum import PowerSpectrum
from benchmarks.cases.problem import Case
from benchmarks.cases.recursive_filter import RecursiveFilter
from benchmarks.cases.repeated_gradient import RepeatedGradient
from benchmarks.cases.robot_arm import RobotArm
from benchmarks.cases.rosenbrock import Rosenbrock
from benchmarks.cases.running_maximum import RunningMaximum
from benchmarks.cases.scalar_batch import ScalarBatch
from benchmarks.cases.scalar_chain import ScalarChain
from benchmarks.cases.smoothing import Smoothing
from benchmarks.cases.special_functions import SpecialFunctions
from benchmarks.cases.standard import STANDARD
from benchmarks.cases.tridiagonal import Tridiagonal
from benchmarks.cases.two_variables import ArrayOfTwo, TwoNumbers
from benchmarks.cases.wave import Wave
from benchmarks.cases.wheel import Wheel
from benchmarks.cases.writes import Writes

CASES: tuple[Case, ...] = (
    ScalarChain(),
    Operations(),
    Broadcasts(),
    SpecialFunctions(),
    ElementwiseChain(),
    TwoNumbers(),
    ArrayOfTwo(),
    Rosenbrock(),
    Loop(),
    Writes(),
    Tridiagonal(),
    RecursiveFilter(),
    Smoothing(),
    PowerSpectrum(),
    RunningMaximum(),
    Wave(),
    LogDeterminant(),
    LogVolume(),
    Equations(),
    SmallSystems(),
    KalmanFilter(),
    GaussianProcess(),
    Brusselator(),
    LeastSquares(),
    RobotArm(),
    ConstantFactor(),
    ScalarBatch(),
    ChainBatch(),
    BundleAdjustment(),
    NetworkSmall(),
    NetworkWide(),
    LSTM(),
    *STANDARD,
    RepeatedGradient(),
    FirstCall(),
    Memory(),
    ImportTime(),
    Wheel(),
)
