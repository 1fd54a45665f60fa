# find_package(ArrowParquet VERSION): the target GramArrow::parquet, Apache Arrow C++ with Parquet. Taken are Apache's own
# CMake packages, wherever find_package looks; or what GRAM_ARROW_ROOT names: a folder that they are installed in, or the
# folder of pyarrow in a Python environment, whose wheel has headers and libraries, but no packages of CMake's.
set(GRAM_ARROW_ROOT "" CACHE PATH "Apache Arrow C++: where it is installed, or the folder of a pyarrow wheel")

set(ArrowParquet_LIBRARIES)
set(ArrowParquet_VERSION)
set(ArrowParquet_REASON)
file(GLOB ArrowParquet_wheel "${GRAM_ARROW_ROOT}/libparquet.so.*")
if(GRAM_ARROW_ROOT AND ArrowParquet_wheel AND EXISTS ${GRAM_ARROW_ROOT}/include/parquet/arrow/reader.h)
  file(GLOB ArrowParquet_arrow "${GRAM_ARROW_ROOT}/libarrow.so.*")
  file(STRINGS ${GRAM_ARROW_ROOT}/include/arrow/util/config.h text REGEX "define ARROW_VERSION_STRING")
  string(REGEX MATCH "[0-9]+\\.[0-9]+\\.[0-9]+" ArrowParquet_VERSION "${text}")
  list(GET ArrowParquet_wheel 0 ArrowParquet_wheel)
  if(ArrowParquet_arrow AND NOT TARGET GramArrow::wheel)
    list(GET ArrowParquet_arrow 0 ArrowParquet_arrow)
    add_library(GramArrow::wheel SHARED IMPORTED)
    set_target_properties(GramArrow::wheel PROPERTIES
      IMPORTED_LOCATION ${ArrowParquet_wheel} INTERFACE_LINK_LIBRARIES ${ArrowParquet_arrow}
      INTERFACE_INCLUDE_DIRECTORIES ${GRAM_ARROW_ROOT}/include)
  endif()
  set(ArrowParquet_LIBRARIES GramArrow::wheel)
else()
  set(hints)
  if(GRAM_ARROW_ROOT)
    set(hints PATHS ${GRAM_ARROW_ROOT} NO_DEFAULT_PATH)
  endif()
  find_package(Arrow CONFIG QUIET ${hints})
  find_package(Parquet CONFIG QUIET ${hints})
  set(ArrowParquet_VERSION ${Arrow_VERSION})
  foreach(kind shared static)
    if(NOT ArrowParquet_LIBRARIES AND TARGET Parquet::parquet_${kind})
      set(ArrowParquet_LIBRARIES Parquet::parquet_${kind} Arrow::arrow_${kind})
    endif()
  endforeach()
endif()
if(GRAM_ARROW_ROOT AND NOT ArrowParquet_LIBRARIES)
  set(ArrowParquet_REASON REASON_FAILURE_MESSAGE "${GRAM_ARROW_ROOT} has neither CMake's packages of Arrow nor a pyarrow wheel's files")
endif()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(ArrowParquet
  REQUIRED_VARS ArrowParquet_LIBRARIES VERSION_VAR ArrowParquet_VERSION ${ArrowParquet_REASON})

if(ArrowParquet_FOUND AND NOT TARGET GramArrow::parquet)
  add_library(GramArrow::parquet INTERFACE IMPORTED)
  set_target_properties(GramArrow::parquet PROPERTIES INTERFACE_LINK_LIBRARIES "${ArrowParquet_LIBRARIES}")
endif()
