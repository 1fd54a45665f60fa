# gram_warnings(target): the warnings the project is clean of, with g++ 12 and clang 14.
function(gram_warnings target)
  target_compile_options(${target} PRIVATE -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor
                                           -Woverloaded-virtual -Wcast-qual -Wimplicit-fallthrough)
  if(GRAM_WERROR)
    target_compile_options(${target} PRIVATE -Werror)
  endif()
endfunction()
