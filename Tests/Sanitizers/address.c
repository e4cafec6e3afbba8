// The defaults of AddressSanitizer for every program of the tests, also for those that get no environment from the program
// that starts them. Leak detection would report memory that the Swift runtime never frees. A test sends SIGSEGV to check that
// the terminal is restored; a real one still ends the program.

const char *__asan_default_options(void) { return "detect_leaks=0:handle_segv=0"; }
