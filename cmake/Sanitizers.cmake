# Clang's sanitizers for everything that is built here, halting on the first finding.
set(GRAM_SANITIZE "" CACHE STRING "Sanitizers to build with: address,undefined or thread")
if(GRAM_SANITIZE)
  add_compile_options(-fsanitize=${GRAM_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${GRAM_SANITIZE})
  # Binaries with the sanitizers' symbols take the usual linker many seconds.
  find_program(GRAM_LLD ld.lld)
  if(GRAM_LLD)
    add_link_options(-fuse-ld=lld)
  endif()
endif()

# For the folders whose code works through much data: the others take half the time to compile as they are, and run as fast.
macro(gram_optimise_sanitized)
  if(GRAM_SANITIZE)
    add_compile_options(-O1)
  endif()
endmacro()
