"""Modules about numbers: math, decimal, fractions, statistics, random.

Runs in: zygote / worker / developer's machine.
"""

import decimal
import fractions
import math
import random
import statistics
from typing import Final

from actions_sandbox.policy.modules.facade import Module, make_module, pick
from actions_sandbox.policy.surface import expose

expose(
    decimal.Decimal,
    """adjusted as_integer_ratio as_tuple canonical compare compare_signal compare_total copy_abs copy_negate
    copy_sign exp fma imag is_canonical is_finite is_infinite is_nan is_normal is_qnan is_signed is_snan
    is_subnormal is_zero ln log10 logb max max_mag min min_mag next_minus next_plus next_toward normalize
    number_class quantize real remainder_near same_quantum scaleb shift sqrt to_eng_string to_integral_exact
    to_integral_value""",
    on_class="from_float",
)
expose(decimal.DecimalTuple, "digits exponent sign")
expose(
    fractions.Fraction,
    "as_integer_ratio conjugate denominator imag limit_denominator numerator real",
    on_class="from_decimal from_float",
)
expose(statistics.LinearRegression, "intercept slope")

_RANDOM: Final = random.SystemRandom()
"""Keeps no state: every number comes from the kernel. ``gauss`` is left out: it keeps its second value."""


def _shuffle(items: list[object]) -> None:
    """Shuffle a list in place; the real function would write into whatever it is given."""
    if type(items) is not list:
        raise TypeError(f"random.shuffle() takes a list, not {type(items).__name__[:100]!r}")
    _RANDOM.shuffle(items)


_NO_SEED: Final = "the numbers come from the system and cannot be repeated"
_NO_CONTEXT: Final = "use quantize() and round(): a context would outlive the execution"

MODULES: Final[tuple[Module, ...]] = (
    make_module(
        "math",
        pick(
            math,
            """acos acosh asin asinh atan atan2 atanh cbrt ceil comb copysign cos cosh degrees dist e erf erfc
            exp exp2 expm1 fabs factorial floor fmod frexp fsum gamma gcd hypot inf isclose isfinite isinf
            isnan isqrt lcm ldexp lgamma log log10 log1p log2 modf nan nextafter perm pi pow prod radians
            remainder sin sinh sqrt tan tanh tau trunc ulp""",
        ),
    ),
    make_module(
        "decimal",
        pick(
            decimal,
            """Decimal DecimalException DivisionByZero InvalidOperation Overflow ROUND_05UP ROUND_CEILING
            ROUND_DOWN ROUND_FLOOR ROUND_HALF_DOWN ROUND_HALF_EVEN ROUND_HALF_UP ROUND_UP""",
        ),
        refused=dict.fromkeys(("Context", "getcontext", "setcontext", "localcontext"), _NO_CONTEXT),
    ),
    make_module("fractions", pick(fractions, "Fraction")),
    make_module(
        "statistics",
        pick(
            statistics,
            """StatisticsError correlation covariance fmean geometric_mean harmonic_mean linear_regression
            mean median median_grouped median_high median_low mode multimode pstdev pvariance quantiles stdev
            variance""",
        ),
        refused={"NormalDist": "use mean() and stdev()"},
    ),
    make_module(
        "random",
        pick(
            _RANDOM,
            """betavariate choice choices expovariate getrandbits lognormvariate normalvariate randbytes
            randint random randrange sample triangular uniform""",
        ),
        {"shuffle": _shuffle},
        refused={
            "seed": _NO_SEED,
            "Random": _NO_SEED,
            "getstate": _NO_SEED,
            "setstate": _NO_SEED,
            "gauss": "use normalvariate()",
            "SystemRandom": "the functions of this module come from the system already",
        },
    ),
)
"""The facades of this file."""
