# How much is optimised where, beyond what CMAKE_BUILD_TYPE says.

# For the folders whose code works through much data: the others take half the time to compile as they are, and run as fast.
macro(gram_optimise_sanitized)
  if(GRAM_SANITIZE)
    add_compile_options(-O1)
  endif()
endmacro()

# For the folders whose code is run once or is there to call other code: -O3 takes half as long again to compile as -O1, and
# that a quarter longer than -O0.
macro(gram_optimise_little level)
  add_compile_options($<$<CONFIG:Release>:-O${level}>)
endmacro()
