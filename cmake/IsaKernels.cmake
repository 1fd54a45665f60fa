# The instruction sets that code is built for on this kind of processor, and the flags of each.
set(GRAM_ISAS scalar)
if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
  list(APPEND GRAM_ISAS avx2 avx512 avx512_bf16 amx_bf16)
  set(gram_flags_of_avx2 -mavx2 -mfma)
  set(gram_flags_of_avx512 -mavx512f -mavx512bw -mavx512dq -mavx512vl -mfma)
  set(gram_flags_of_avx512_bf16 ${gram_flags_of_avx512} -mavx512bf16)
  set(gram_flags_of_amx_bf16 ${gram_flags_of_avx512_bf16} -mamx-tile -mamx-bf16)
elseif(CMAKE_SYSTEM_PROCESSOR MATCHES "aarch64|arm64|ARM64")
  list(APPEND GRAM_ISAS neon neon_bf16)
  # GCC would load early what a tile is multiplied by, and then run out of registers for the tile.
  set(gram_flags_of_neon $<$<CXX_COMPILER_ID:GNU>:-fno-schedule-insns>)
  set(gram_flags_of_neon_bf16 ${gram_flags_of_neon} -march=armv8.2-a+bf16)
endif()

# gram_isa_objects(library isa SOURCES ...): what a library has for one instruction set, as objects of a target of their
# own. The ISA flags go on these files alone, so that no instruction beyond the baseline reaches the rest of the program.
function(gram_isa_objects library isa)
  cmake_parse_arguments(ARG "" "" "SOURCES" ${ARGN})
  set(objects ${library}_${isa})
  add_library(${objects} OBJECT ${ARG_SOURCES})
  target_include_directories(${objects} PRIVATE ${PROJECT_SOURCE_DIR} ${PROJECT_SOURCE_DIR}/engine/include)
  # Where the rest of an optimised build is quick to compile rather than fast, kernels stay what they are.
  target_compile_options(${objects} PRIVATE ${gram_flags_of_${isa}} $<$<CONFIG:Release>:-O3> -fno-exceptions
                                            -ffp-contract=off)
  gram_warnings(${objects})
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # GCC 12's own AVX-512 headers trip these warnings (GCC bug 105593).
    target_compile_options(${objects} PRIVATE -Wno-maybe-uninitialized -Wno-uninitialized)
  endif()
  target_sources(${library} PRIVATE $<TARGET_OBJECTS:${objects}>)
endfunction()
