# Read by llama.cpp's own build (CMAKE_PROJECT_INCLUDE in .cargo/config.toml), which is the longest
# single part of a cold build. It changes nothing that a token passes through: the kernels (ggml) are
# compiled as upstream has it.
#
# - Its 150 model architectures are small files behind the same large headers: twenty of them at once.
# - `common` (argument parsing, downloads, chat templates) cannot be switched off through the binding
#   and is never called: it is not optimised.
function(cutline_compile_sooner)
  if(TARGET llama)
    set_target_properties(llama PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 20)
  endif()
  foreach(unused llama-common cpp-httplib)
    if(TARGET ${unused})
      set_target_properties(${unused} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 8)
      target_compile_options(${unused} PRIVATE -O0)
    endif()
  endforeach()
endfunction()
# Once every target is known.
cmake_language(DEFER DIRECTORY "${CMAKE_SOURCE_DIR}" CALL cutline_compile_sooner)
