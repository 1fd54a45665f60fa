include(GoogleTest)

# The one object that knows where the sources are, so that all others are the same in every checkout (ccache).
add_library(gram_test_paths OBJECT ${PROJECT_SOURCE_DIR}/tests/testing/paths.cc)
target_include_directories(gram_test_paths PRIVATE ${PROJECT_SOURCE_DIR})
target_compile_definitions(gram_test_paths PRIVATE GRAM_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
gram_warnings(gram_test_paths)

# gram_test(name SOURCES ... LIBS ...): one GoogleTest executable a room, its cases discovered by ctest.
# Tests read committed files below tests/golden/ and, where it exists, the shared folder beside the project.
function(gram_test name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LIBS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR})
  target_link_libraries(${name} PRIVATE gram_test_paths ${ARG_LIBS} GTest::gmock GTest::gtest GTest::gtest_main)
  if(CMAKE_CROSSCOMPILING_EMULATOR)
    target_compile_definitions(${name} PRIVATE GRAM_EMULATED)
  endif()
  gram_warnings(${name})
  gtest_discover_tests(${name} NO_PRETTY_VALUES DISCOVERY_TIMEOUT 60 PROPERTIES TIMEOUT 600)
endfunction()
