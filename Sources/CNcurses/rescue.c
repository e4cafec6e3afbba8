#include "internal.h"

#include <curses.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <term.h>
#include <termios.h>
#include <unistd.h>

// A signal handler may only make system calls, so everything it needs is prepared in advance.
static struct termios modes;
static bool has_modes;
static char farewell[256];
static size_t farewell_length;

static const int faults[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP, SIGSYS};
enum { fault_count = sizeof faults / sizeof faults[0] };
static struct sigaction before[fault_count];
static atomic_bool is_armed;

static void append(const char *sequence) {
    if (!sequence || sequence == (const char *)-1) return;
    while (*sequence && farewell_length < sizeof farewell) {
        // Delays in terminfo strings are meant for tputs, not for the terminal.
        const char *delay_end = strncmp(sequence, "$<", 2) == 0 ? strchr(sequence, '>') : NULL;
        if (delay_end) {
            sequence = delay_end + 1;
        } else {
            farewell[farewell_length++] = *sequence++;
        }
    }
}

cn_opening cn_check_type(const char *type) {
    int known;
    if (setupterm(type, STDOUT_FILENO, &known) == ERR) return CN_UNKNOWN_TYPE;
    const char *address = tigetstr("cup");
    bool is_addressable = address && address != (const char *)-1;
    del_curterm(cur_term);
    return is_addressable ? CN_OPENED : CN_NO_CURSOR_ADDRESSING;
}

bool cn_has_alternate_screen(void) {
    const char *leaves = tigetstr("rmcup");
    return leaves && leaves != (const char *)-1;
}

void cn_rescue_prepare(void) {
    has_modes = tcgetattr(STDIN_FILENO, &modes) == 0;
}

// Restores modes and screen, by system calls only.
static void rescue(void) {
    if (!is_armed) return;
    (void)!write(STDOUT_FILENO, farewell, farewell_length);
    if (has_modes) tcsetattr(STDIN_FILENO, TCSANOW, &modes);
}

static void on_fault(int number, siginfo_t *info, void *context) {
    (void)context;
    rescue();
    for (int i = 0; i < fault_count; i++) {
        if (faults[i] == number) sigaction(number, &before[i], NULL);
    }
    // A hardware fault recurs as soon as this returns, and the previous handler then sees its location.
    if (info->si_code > 0) return;
    sigset_t blocked;
    sigemptyset(&blocked);
    sigaddset(&blocked, number);
    pthread_sigmask(SIG_UNBLOCK, &blocked, NULL);
    raise(number);
    // A handler that only reports returns here, but the signal was meant to end the process.
    signal(number, SIG_DFL);
    raise(number);
}

void cn_rescue_arm(void) {
    farewell_length = 0;
    if (has_colors()) append("\033[?2004l\033[?1000l\033[?1002l\033[?1003l\033[?1006l");
    append(tigetstr("rmkx"));
    append(tigetstr("sgr0"));
    append(tigetstr("cnorm"));
    append(tigetstr(cn_has_alternate_screen() ? "rmcup" : "clear"));
    append("\r\n");
    struct sigaction action = {.sa_sigaction = on_fault, .sa_flags = SA_ONSTACK | SA_SIGINFO};
    sigemptyset(&action.sa_mask);
    for (int i = 0; i < fault_count; i++) sigaction(faults[i], &action, &before[i]);
    is_armed = true;
}

void cn_abandon(void) {
    tcflush(STDOUT_FILENO, TCOFLUSH);
    if (has_modes) tcsetattr(STDIN_FILENO, TCSANOW, &modes);
}

void cn_rescue_disarm(void) {
    if (!is_armed) return;
    is_armed = false;
    for (int i = 0; i < fault_count; i++) sigaction(faults[i], &before[i], NULL);
}
