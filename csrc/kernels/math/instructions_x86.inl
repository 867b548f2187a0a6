/// The few instructions that the vector types have no operator for, on x86.
// GCC 12 warns of the undefined operand of its own AVX-512 functions (bug 105593).
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wpragmas"
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#include <immintrin.h>
#pragma GCC diagnostic pop

namespace wg {
namespace {
namespace math {

/// One bit for each lane of a comparison's result.
template <class M> [[gnu::always_inline]] inline unsigned lane_bits(M mask) {
  constexpr bool is_wide = sizeof(mask[0]) == 8;
  if constexpr (sizeof(M) == 16) {
    return static_cast<unsigned>(is_wide ? _mm_movemask_pd(reinterpret_cast<__m128d>(mask))
                                         : _mm_movemask_ps(reinterpret_cast<__m128>(mask)));
  }
#ifdef __AVX2__
  if constexpr (sizeof(M) == 32) {
    return static_cast<unsigned>(is_wide ? _mm256_movemask_pd(reinterpret_cast<__m256d>(mask))
                                         : _mm256_movemask_ps(reinterpret_cast<__m256>(mask)));
  }
#endif
#ifdef __AVX512DQ__
  if constexpr (sizeof(M) == 64) {
    return is_wide ? _mm512_movepi64_mask(reinterpret_cast<__m512i>(mask))
                   : _mm512_movepi32_mask(reinterpret_cast<__m512i>(mask));
  }
#endif
}

/// Whether any lane of a comparison's result is set.
template <class M> [[gnu::always_inline]] inline bool any(M mask) { return lane_bits(mask) != 0; }

// a < b ? a : b, so b if either is NaN; and the like for larger.
[[gnu::always_inline]] inline __m128d smaller(__m128d a, __m128d b) { return _mm_min_pd(a, b); }
[[gnu::always_inline]] inline __m128 smaller(__m128 a, __m128 b) { return _mm_min_ps(a, b); }
[[gnu::always_inline]] inline __m128d larger(__m128d a, __m128d b) { return _mm_max_pd(a, b); }
[[gnu::always_inline]] inline __m128 larger(__m128 a, __m128 b) { return _mm_max_ps(a, b); }
[[gnu::always_inline]] inline __m128d sqrt(__m128d x) { return _mm_sqrt_pd(x); }
[[gnu::always_inline]] inline __m128 sqrt(__m128 x) { return _mm_sqrt_ps(x); }

#ifdef __AVX2__
[[gnu::always_inline]] inline __m256d smaller(__m256d a, __m256d b) { return _mm256_min_pd(a, b); }
[[gnu::always_inline]] inline __m256 smaller(__m256 a, __m256 b) { return _mm256_min_ps(a, b); }
[[gnu::always_inline]] inline __m256d larger(__m256d a, __m256d b) { return _mm256_max_pd(a, b); }
[[gnu::always_inline]] inline __m256 larger(__m256 a, __m256 b) { return _mm256_max_ps(a, b); }
[[gnu::always_inline]] inline __m256d sqrt(__m256d x) { return _mm256_sqrt_pd(x); }
[[gnu::always_inline]] inline __m256 sqrt(__m256 x) { return _mm256_sqrt_ps(x); }

[[gnu::always_inline]] inline __m128d fused(__m128d a, __m128d b, __m128d c) {
  return _mm_fmadd_pd(a, b, c);
}
[[gnu::always_inline]] inline __m128 fused(__m128 a, __m128 b, __m128 c) {
  return _mm_fmadd_ps(a, b, c);
}
[[gnu::always_inline]] inline __m256d fused(__m256d a, __m256d b, __m256d c) {
  return _mm256_fmadd_pd(a, b, c);
}
[[gnu::always_inline]] inline __m256 fused(__m256 a, __m256 b, __m256 c) {
  return _mm256_fmadd_ps(a, b, c);
}

template <int mode> [[gnu::always_inline]] inline __m128d round_to(__m128d x) {
  return _mm_round_pd(x, mode | _MM_FROUND_NO_EXC);
}
template <int mode> [[gnu::always_inline]] inline __m128 round_to(__m128 x) {
  return _mm_round_ps(x, mode | _MM_FROUND_NO_EXC);
}
template <int mode> [[gnu::always_inline]] inline __m256d round_to(__m256d x) {
  return _mm256_round_pd(x, mode | _MM_FROUND_NO_EXC);
}
template <int mode> [[gnu::always_inline]] inline __m256 round_to(__m256 x) {
  return _mm256_round_ps(x, mode | _MM_FROUND_NO_EXC);
}
#endif

#ifdef __AVX512DQ__
[[gnu::always_inline]] inline __m512d smaller(__m512d a, __m512d b) { return _mm512_min_pd(a, b); }
[[gnu::always_inline]] inline __m512 smaller(__m512 a, __m512 b) { return _mm512_min_ps(a, b); }
[[gnu::always_inline]] inline __m512d larger(__m512d a, __m512d b) { return _mm512_max_pd(a, b); }
[[gnu::always_inline]] inline __m512 larger(__m512 a, __m512 b) { return _mm512_max_ps(a, b); }
[[gnu::always_inline]] inline __m512d sqrt(__m512d x) { return _mm512_sqrt_pd(x); }
[[gnu::always_inline]] inline __m512 sqrt(__m512 x) { return _mm512_sqrt_ps(x); }

[[gnu::always_inline]] inline __m512d fused(__m512d a, __m512d b, __m512d c) {
  return _mm512_fmadd_pd(a, b, c);
}
[[gnu::always_inline]] inline __m512 fused(__m512 a, __m512 b, __m512 c) {
  return _mm512_fmadd_ps(a, b, c);
}

template <int mode> [[gnu::always_inline]] inline __m512d round_to(__m512d x) {
  return _mm512_roundscale_pd(x, mode | _MM_FROUND_NO_EXC);
}
template <int mode> [[gnu::always_inline]] inline __m512 round_to(__m512 x) {
  return _mm512_roundscale_ps(x, mode | _MM_FROUND_NO_EXC);
}

// x 2^k, rounded once.
[[gnu::always_inline]] inline __m512d scaled(__m512d x, __m512d k) {
  return _mm512_scalef_pd(x, k);
}
[[gnu::always_inline]] inline __m512 scaled(__m512 x, __m512 k) { return _mm512_scalef_ps(x, k); }
[[gnu::always_inline]] inline __m256d scaled(__m256d x, __m256d k) {
  return _mm256_scalef_pd(x, k);
}
[[gnu::always_inline]] inline __m256 scaled(__m256 x, __m256 k) { return _mm256_scalef_ps(x, k); }
[[gnu::always_inline]] inline __m128d scaled(__m128d x, __m128d k) { return _mm_scalef_pd(x, k); }
[[gnu::always_inline]] inline __m128 scaled(__m128 x, __m128 k) { return _mm_scalef_ps(x, k); }
#endif

}  // namespace math
}  // namespace
}  // namespace wg
