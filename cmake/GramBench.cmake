# gram_bench(name SOURCES ... LIBS ... [SMOKE regex]): one Google Benchmark executable. ctest runs each once, briefly, so
# that none rots, or of its cases those that SMOKE matches; it checks its answer before it times anything.
function(gram_bench name)
  cmake_parse_arguments(ARG "" "SMOKE" "SOURCES;LIBS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR})
  target_link_libraries(${name} PRIVATE ${ARG_LIBS} benchmark::benchmark)
  target_compile_definitions(${name} PRIVATE GRAM_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  gram_warnings(${name})
  if(GRAM_TESTS)
    add_test(NAME bench.${name} COMMAND ${name} --benchmark_min_time=0.001 "--benchmark_filter=${ARG_SMOKE}")
    set_tests_properties(bench.${name} PROPERTIES TIMEOUT 300)
  endif()
endfunction()
