# gram_library(name SOURCES ... [PUBLIC libs...] [PRIVATE libs...]): a room of the house as a static library.
# Headers are included from the repository root; the public ones as "gram/...".
function(gram_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;PUBLIC;PRIVATE" ${ARGN})
  add_library(${name} STATIC ${ARG_SOURCES})
  target_include_directories(${name} PUBLIC ${PROJECT_SOURCE_DIR} ${PROJECT_SOURCE_DIR}/engine/include)
  target_link_libraries(${name} PUBLIC ${ARG_PUBLIC} PRIVATE ${ARG_PRIVATE})
  gram_warnings(${name})
endfunction()
