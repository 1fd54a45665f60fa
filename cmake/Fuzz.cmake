# gram_fuzz(name LIBS ...): the fuzz target of tests/fuzz/NAME.cc. Where GRAM_FUZZ is on (clang) it is linked with libFuzzer;
# any other build links a main that runs the committed inputs. ctest runs them in either.
option(GRAM_FUZZ "Build the fuzz targets with libFuzzer (clang; with GRAM_SANITIZE)" OFF)
if(GRAM_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()

# For what no fuzz target runs: it need not count which of its branches were taken, and compiles faster.
macro(gram_not_fuzzed)
  if(GRAM_FUZZ)
    add_compile_options(-fno-sanitize=fuzzer-no-link)
  endif()
endmacro()

function(gram_fuzz name)
  cmake_parse_arguments(ARG "" "" "LIBS" ${ARGN})
  add_executable(fuzz_${name} ${name}.cc)
  target_link_libraries(fuzz_${name} PRIVATE gram_fuzzing ${ARG_LIBS})
  gram_warnings(fuzz_${name})
  add_dependencies(fuzz_targets fuzz_${name})
  if(GRAM_FUZZ)
    target_link_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
    set(replay -runs=0)
  else()
    target_sources(fuzz_${name} PRIVATE replay_main.cc)
  endif()
  add_test(NAME fuzz.${name} COMMAND fuzz_${name} ${replay} ${CMAKE_CURRENT_SOURCE_DIR}/corpus/${name})
  set_tests_properties(fuzz.${name} PROPERTIES TIMEOUT 300)
endfunction()
