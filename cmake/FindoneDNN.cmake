# find_package(oneDNN VERSION): the target DNNL::dnnl, oneDNN for the CPU. Its own CMake package is not asked, since
# Debian's wants OpenCL's headers for a GPU that is not used here.
find_path(oneDNN_INCLUDE_DIR oneapi/dnnl/dnnl.hpp)
find_library(oneDNN_LIBRARY dnnl)
mark_as_advanced(oneDNN_INCLUDE_DIR oneDNN_LIBRARY)

set(oneDNN_VERSION)
set(oneDNN_REASON)
if(oneDNN_INCLUDE_DIR)
  file(READ ${oneDNN_INCLUDE_DIR}/oneapi/dnnl/dnnl_version.h text)
  if(text MATCHES "DNNL_VERSION_MAJOR +([0-9]+).*DNNL_VERSION_MINOR +([0-9]+).*DNNL_VERSION_PATCH +([0-9]+)")
    set(oneDNN_VERSION ${CMAKE_MATCH_1}.${CMAKE_MATCH_2}.${CMAKE_MATCH_3})
  endif()
  # Its threads have to be the engine's.
  file(READ ${oneDNN_INCLUDE_DIR}/oneapi/dnnl/dnnl_config.h text)
  if(text MATCHES "DNNL_CPU_THREADING_RUNTIME +DNNL_RUNTIME_OMP")
    set(oneDNN_USES_OPENMP TRUE)
  else()
    set(oneDNN_REASON REASON_FAILURE_MESSAGE "${oneDNN_INCLUDE_DIR} is of a build whose threads are not OpenMP's")
  endif()
endif()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(oneDNN
  REQUIRED_VARS oneDNN_LIBRARY oneDNN_INCLUDE_DIR oneDNN_VERSION oneDNN_USES_OPENMP
  VERSION_VAR oneDNN_VERSION ${oneDNN_REASON})

if(oneDNN_FOUND AND NOT TARGET DNNL::dnnl)
  add_library(DNNL::dnnl UNKNOWN IMPORTED)
  set_target_properties(DNNL::dnnl PROPERTIES IMPORTED_LOCATION ${oneDNN_LIBRARY}
                                              INTERFACE_INCLUDE_DIRECTORIES ${oneDNN_INCLUDE_DIR})
endif()
