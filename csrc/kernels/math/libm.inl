/// The C library by one name for double and float. Builtins, so that no inline function of <cmath>,
/// compiled for this level, is picked by another.
namespace wg {
namespace {
namespace libm {

inline double exp(double x) { return __builtin_exp(x); }
inline float exp(float x) { return __builtin_expf(x); }
inline double log(double x) { return __builtin_log(x); }
inline float log(float x) { return __builtin_logf(x); }
inline double sin(double x) { return __builtin_sin(x); }
inline float sin(float x) { return __builtin_sinf(x); }
inline double cos(double x) { return __builtin_cos(x); }
inline float cos(float x) { return __builtin_cosf(x); }
inline double tan(double x) { return __builtin_tan(x); }
inline float tan(float x) { return __builtin_tanf(x); }
inline double pow(double x, double y) { return __builtin_pow(x, y); }
inline float pow(float x, float y) { return __builtin_powf(x, y); }
inline double fmod(double x, double y) { return __builtin_fmod(x, y); }
inline float fmod(float x, float y) { return __builtin_fmodf(x, y); }

}  // namespace libm
}  // namespace
}  // namespace wg
