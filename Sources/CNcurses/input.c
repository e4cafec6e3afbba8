#define _GNU_SOURCE
#include "internal.h"

#include <curses.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

static int wake_fd = -1;
// Counts signals that end the process. The terminal's thread may be stuck in a write, so it does not wait for them.
static int end_fd = -1;
// A signal may arrive on any thread.
static atomic_int resized;
static atomic_int continued;
static atomic_int stop_requested;
static atomic_int ended_by;

static void add_one(int fd) {
    uint64_t one = 1;
    int saved = errno;
    if (fd >= 0) (void)!write(fd, &one, sizeof one);
    errno = saved;
}

void cn_wake(void) {
    add_one(wake_fd);
}

int cn_wait_for_end(void) {
    uint64_t count;
    while (read(end_fd, &count, sizeof count) == -1 && errno == EINTR) {}
    return atomic_exchange(&ended_by, 0);
}

void cn_stop_waiting_for_end(void) {
    add_one(end_fd);
}

static void on_signal(int number) {
    switch (number) {
    case SIGWINCH: resized = 1; break;
    case SIGCONT: continued = 1; break;
    case SIGTSTP: stop_requested = 1; break;
    default:
        ended_by = number;
        add_one(end_fd);
        return;
    }
    cn_wake();
}

static const int watched[] = {SIGWINCH, SIGCONT, SIGTSTP, SIGTERM, SIGHUP, SIGINT, SIGQUIT};
enum { watched_count = sizeof watched / sizeof watched[0] };
static struct sigaction before[watched_count];
static bool is_installed;

// Keeps existing handlers of other parts of the process.
void cn_signals_install(void) {
    if (wake_fd < 0) wake_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (end_fd < 0) end_fd = eventfd(0, EFD_CLOEXEC);
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
    sigemptyset(&action.sa_mask);
    for (int i = 0; i < watched_count; i++) {
        if (!is_installed) sigaction(watched[i], NULL, &before[i]);
        // Swift's runtime would treat SIGQUIT as a crash.
        bool is_replaced = before[i].sa_handler == SIG_DFL || watched[i] == SIGWINCH || watched[i] == SIGQUIT;
        if (is_replaced) sigaction(watched[i], &action, NULL);
    }
    is_installed = true;
}

void cn_signals_restore(void) {
    if (!is_installed) return;
    for (int i = 0; i < watched_count; i++) {
        struct sigaction now;
        sigaction(watched[i], NULL, &now);
        if (now.sa_handler == on_signal) sigaction(watched[i], &before[i], NULL);
    }
    is_installed = false;
}

void cn_stop_group(void) {
    struct sigaction fallback = {.sa_handler = SIG_DFL};
    struct sigaction handler;
    sigaction(SIGTSTP, &fallback, &handler);
    continued = 0;
    // Stops the whole group, like the terminal does: a shell waits for all of its processes.
    kill(0, SIGTSTP);
    // The signal may arrive on another thread, so this thread may continue for a moment.
    for (int i = 0; i < 10 && !continued; i++) usleep(10000);
    sigaction(SIGTSTP, &handler, NULL);
}

bool cn_in_foreground(void) {
    // It is unknown, and -1 or 0, for a terminal of another session or of another PID namespace.
    pid_t group = tcgetpgrp(STDIN_FILENO);
    return group <= 0 || group == getpgrp();
}

// A process that is continued in the background gets no signal when it returns to the foreground.
static bool is_in_line_mode(void) {
    struct termios modes;
    return tcgetattr(STDIN_FILENO, &modes) == 0 && (modes.c_lflag & (ICANON | ECHO));
}

static bool has_modes;

void cn_note_modes(void) {
    has_modes = !is_in_line_mode();
}

cn_wakeup cn_wait(int milliseconds) {
    struct pollfd files[2] = {
        {.fd = STDIN_FILENO, .events = cn_in_foreground() ? POLLIN : 0},
        {.fd = wake_fd, .events = POLLIN},
    };
    int ready = poll(files, 2, milliseconds);
    cn_wakeup wakeup = {0};
    if (ready > 0 && files[1].revents & POLLIN) {
        uint64_t count;
        (void)!read(wake_fd, &count, sizeof count);
    }
    if (ready > 0) {
        wakeup.input = files[0].revents & POLLIN;
        int waiting = 0;
        bool is_at_end = wakeup.input && (ioctl(STDIN_FILENO, FIONREAD, &waiting) == -1 || waiting == 0);
        wakeup.hung_up = is_at_end || files[0].revents & (POLLHUP | POLLERR | POLLNVAL);
    }
    wakeup.in_background = !cn_in_foreground();
    wakeup.modes_lost = !wakeup.in_background && has_modes && is_in_line_mode();
    // A signal between reading and clearing must not be lost.
    wakeup.resized = atomic_exchange(&resized, 0);
    wakeup.continued = atomic_exchange(&continued, 0);
    wakeup.stop_requested = atomic_exchange(&stop_requested, 0);
    return wakeup;
}

void cn_define_keys(void) {
    define_key("\033[200~", CN_CODE_PASTE_BEGIN);
    define_key("\033[201~", CN_CODE_PASTE_END);
    // Some terminals send these regardless of terminfo and of the keypad mode.
    define_key("\033[A", KEY_UP);
    define_key("\033[B", KEY_DOWN);
    define_key("\033[C", KEY_RIGHT);
    define_key("\033[D", KEY_LEFT);
    define_key("\033[H", KEY_HOME);
    define_key("\033[F", KEY_END);
}

static cn_key key_of(wint_t code) {
    switch (code) {
    case KEY_UP: return CN_KEY_UP;
    case KEY_DOWN: return CN_KEY_DOWN;
    case KEY_LEFT: return CN_KEY_LEFT;
    case KEY_RIGHT: return CN_KEY_RIGHT;
    case KEY_HOME: return CN_KEY_HOME;
    case KEY_END: return CN_KEY_END;
    case KEY_PPAGE: return CN_KEY_PAGE_UP;
    case KEY_NPAGE: return CN_KEY_PAGE_DOWN;
    case KEY_ENTER: return CN_KEY_ENTER;
    case KEY_BTAB: return CN_KEY_BACK_TAB;
    case KEY_BACKSPACE:
    case KEY_DC: return CN_KEY_BACKSPACE;
    case CN_CODE_PASTE_BEGIN: return CN_KEY_PASTE_BEGIN;
    case CN_CODE_PASTE_END: return CN_KEY_PASTE_END;
    default: return CN_KEY_OTHER;
    }
}

static cn_key key_of_character(wint_t character) {
    switch (character) {
    case '\r':
    case '\n': return CN_KEY_ENTER;
    case '\t': return CN_KEY_TAB;
    case 0x08:
    case 0x7F: return CN_KEY_BACKSPACE;
    case 0x1B: return CN_KEY_ESCAPE;
    default: return CN_KEY_CHARACTER;
    }
}

static cn_input mouse_input(void) {
    MEVENT event;
    if (getmouse(&event) == ERR) return (cn_input){.key = CN_KEY_OTHER};
    cn_key key = CN_KEY_OTHER;
    if (event.bstate & BUTTON1_PRESSED) key = CN_KEY_CLICK;
    if (event.bstate & BUTTON4_PRESSED) key = CN_KEY_WHEEL_UP;
    if (event.bstate & BUTTON5_PRESSED) key = CN_KEY_WHEEL_DOWN;
    return (cn_input){.key = key, .column = event.x, .row = event.y};
}

bool cn_read(cn_input *input) {
    wint_t code;
    switch (get_wch(&code)) {
    case OK:
        *input = (cn_input){.key = key_of_character(code), .scalar = code};
        return true;
    case KEY_CODE_YES:
        *input = code == KEY_MOUSE ? mouse_input() : (cn_input){.key = key_of(code)};
        return true;
    default:
        return false;
    }
}
