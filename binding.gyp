{
  "targets": [
    {
      "target_name": "addrinfo",
      "sources": [
        "native/addrinfo.cc",
        "native/completion_queue.cc",
        "native/binding/addon.cc",
        "native/binding/channel.cc",
        "native/binding/constants.cc",
        "native/binding/resolver_arguments.cc",
        "native/binding/values.cc",
        "native/pool/job_queue.cc",
        "native/pool/thread_pool.cc",
        "native/resolver/etc_generation.cc",
        "native/resolver/resolver_scope_glibc.cc",
        "native/resolver/resolver_state_glibc.cc",
        "native/resolver/resolver_unsupported.cc",
        "native/resolver/search_path_glibc.cc",
        "native/resolver/socket_reuse_glibc.cc"
      ],
      "include_dirs": ["native", "<!(node -p \"require('node-addon-api').include_dir\")"],
      "defines": ["NAPI_VERSION=8", "NODE_ADDON_API_DISABLE_DEPRECATED", "NAPI_DISABLE_CPP_EXCEPTIONS", "NODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS"],
      "cflags!": ["-fno-exceptions"],
      "cflags_cc!": ["-std=gnu++17", "-std=gnu++20", "-fno-rtti"],
      "cflags": ["-Wall", "-Wextra", "-fvisibility=hidden"],
      "cflags_cc": ["-std=c++17", "-fno-exceptions", "-fvisibility-inlines-hidden"],
      "xcode_settings": {
        "CLANG_CXX_LANGUAGE_STANDARD": "c++17",
        "GCC_ENABLE_CPP_EXCEPTIONS": "NO",
        "GCC_SYMBOLS_PRIVATE_EXTERN": "YES",
        "MACOSX_DEPLOYMENT_TARGET": "11.0",
        "WARNING_CFLAGS": ["-Wall", "-Wextra"]
      },
      "msvs_settings": { "VCCLCompilerTool": { "AdditionalOptions": ["/std:c++17"] } },
      "conditions": [
        ["OS=='win'", {
          "sources": ["native/pool/thread_windows.cc"],
          "libraries": ["-lws2_32.lib"]
        }, {
          "sources": ["native/pool/thread_posix.cc"]
        }],
        ["OS=='linux'", {
          "ldflags": ["-Wl,-z,nodelete"]
        }]
      ]
    }
  ]
}
