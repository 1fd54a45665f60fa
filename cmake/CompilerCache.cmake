# Compiles through ccache where it is installed. -DCMAKE_CXX_COMPILER_LAUNCHER= turns it off, or names another. Paths
# below the project count as relative, and the language of messages for nothing, so that all checkouts share what was compiled.
if(NOT DEFINED CMAKE_CXX_COMPILER_LAUNCHER)
  find_program(ccache ccache NO_CACHE)
  if(ccache)
    set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${PROJECT_SOURCE_DIR}
        CCACHE_SLOPPINESS=pch_defines,time_macros,locale ${ccache})
  endif()
endif()
