// The memory allocator of the assay binary: jemalloc, told to give free pages back at once.
//
// Thousands of TLS handshakes at the same time take twice the memory that the connections need afterwards.
// What OpenSSL frees then is scattered between what it keeps, and the C library's allocator returns none of
// it: 41 KiB a connection stay resident instead of 20. jemalloc keeps blocks of a size together. Its threads'
// caches still serve what a request of a TLS connection allocates, so that no request pays for the pages that
// go back (measured: tests/bench/README.md).

// Read by jemalloc before main() under this name; the environment variable MALLOC_CONF overrides it.
extern "C" {
extern const char* malloc_conf;
const char* malloc_conf = "dirty_decay_ms:0,muzzy_decay_ms:0";  // NOLINT(readability-identifier-naming)
}
