include(GoogleTest)

# The one object that knows where the sources are, so that all others are the same in every checkout (ccache).
add_library(gram_test_paths OBJECT ${PROJECT_SOURCE_DIR}/tests/testing/paths.cc)
target_include_directories(gram_test_paths PRIVATE ${PROJECT_SOURCE_DIR})
target_compile_definitions(gram_test_paths PRIVATE GRAM_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
gram_warnings(gram_test_paths)

# Reading GoogleTest's headers is most of what compiling a test takes: targets of several files read them once.
function(gram_test_headers name sources libs)
  list(LENGTH sources count)
  # g++ 12 gives warnings of the standard library's inside, which it does not without.
  if(count LESS 4 OR NOT CMAKE_CXX_COMPILER_ID STREQUAL Clang)
    return()
  endif()
  set(headers <gmock/gmock.h> <gtest/gtest.h>)
  if("nlohmann_json::nlohmann_json" IN_LIST libs)
    list(APPEND headers <nlohmann/json.hpp>)
  endif()
  target_precompile_headers(${name} PRIVATE ${headers})
endfunction()

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
  gram_test_headers(${name} "${ARG_SOURCES}" "${ARG_LIBS}")
  gtest_discover_tests(${name} NO_PRETTY_VALUES DISCOVERY_TIMEOUT 60 PROPERTIES TIMEOUT 600)
endfunction()
