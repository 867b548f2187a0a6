# The elementwise kernels: one translation unit per instruction-set level, family of formulas and kind
# of dtype, so that an edit of a formula rebuilds in seconds and no level's code reaches another.

# Families in the order of AllFormulas (csrc/formulas/all.h): header and list.
set(kernel_families
  arithmetic:Arithmetic comparison:Comparison bitwise:Bitwise exp_log:ExpLog power:Powers
  trigonometric:Trigonometric hyperbolic:Hyperbolic error_function:ErrorFunction
  rounding:RoundingFamily)
set(kernel_kinds real complex integral)
set(kernel_flags -O3 -Wno-psabi)

if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
  set(kernel_levels baseline avx2 avx512)
  set(flags_baseline "")
  set(flags_avx2 -march=x86-64-v3)
  set(flags_avx512 -march=x86-64-v4 -mprefer-vector-width=512)
elseif(CMAKE_SYSTEM_PROCESSOR MATCHES "aarch64|arm64")
  set(kernel_levels neon)
  set(flags_neon "")
else()
  set(kernel_levels baseline)
  set(flags_baseline "")
endif()

set(generated ${CMAKE_CURRENT_BINARY_DIR}/kernels)
set(kernel_objects "")
set(DECLARATIONS "")
set(LEVEL_FUNCTIONS "")
set(LEVEL_ROWS "")
foreach(LEVEL IN LISTS kernel_levels)
  set(calls "")
  set(offset "0")
  foreach(entry IN LISTS kernel_families)
    string(REPLACE ":" ";" entry ${entry})
    list(GET entry 0 FAMILY)
    list(GET entry 1 LIST)
    foreach(KIND IN LISTS kernel_kinds)
      set(unit ${generated}/${LEVEL}_${FAMILY}_${KIND}.cpp)
      configure_file(csrc/kernels/elementwise_unit.cpp.in ${unit} @ONLY)
      set_source_files_properties(${unit} PROPERTIES COMPILE_OPTIONS "${kernel_flags};${flags_${LEVEL}}")
      list(APPEND kernel_objects ${unit})
      string(APPEND DECLARATIONS "void ${LEVEL}_${FAMILY}_${KIND}(Kernel (*rows)[dtype_count]);\n")
      string(APPEND calls "  ${LEVEL}_${FAMILY}_${KIND}(rows + (${offset}));\n")
    endforeach()
    string(APPEND offset " + ${LIST}::size")
  endforeach()
  string(APPEND LEVEL_FUNCTIONS "void ${LEVEL}(Kernel (*rows)[dtype_count]) {\n${calls}}\n\n")
  string(APPEND LEVEL_ROWS "{\"${LEVEL}\", ${LEVEL}}, ")
endforeach()
set(kernel_dispatch ${generated}/dispatch.cpp)
configure_file(csrc/kernels/dispatch.cpp.in ${kernel_dispatch} @ONLY)

include(cmake/loops.cmake)
