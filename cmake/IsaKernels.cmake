# gram_isa_kernels(isa SOURCES ... FLAGS ...): the kernels of one instruction set as an object library. The ISA
# flags go on these files alone, so that no instruction beyond the baseline reaches the rest of the program.
function(gram_isa_kernels isa)
  cmake_parse_arguments(ARG "" "" "SOURCES;FLAGS" ${ARGN})
  add_library(gram_kernels_${isa} OBJECT ${ARG_SOURCES})
  target_include_directories(gram_kernels_${isa} PRIVATE ${PROJECT_SOURCE_DIR}
                                                         ${PROJECT_SOURCE_DIR}/engine/include)
  # Where the rest of an optimised build is quick to compile rather than fast, kernels stay what they are.
  target_compile_options(gram_kernels_${isa} PRIVATE ${ARG_FLAGS} $<$<CONFIG:Release>:-O3> -fno-exceptions
                                                     -ffp-contract=off)
  gram_warnings(gram_kernels_${isa})
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # GCC 12's own AVX-512 headers trip these warnings (GCC bug 105593).
    target_compile_options(gram_kernels_${isa} PRIVATE -Wno-maybe-uninitialized -Wno-uninitialized)
  endif()
  target_sources(gram_kernels PRIVATE $<TARGET_OBJECTS:gram_kernels_${isa}>)
endfunction()
