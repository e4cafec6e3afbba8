#define _GNU_SOURCE
#include "internal.h"

#include <curses.h>
#include <langinfo.h>
#include <locale.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <wchar.h>

enum { most_pairs = 64 };

static SCREEN *screen;
static bool mouse_is_on;
// Pairs are allocated on first use: there are few looks.
static struct {
    int foreground;
    int background;
} pairs[most_pairs];
static short pairs_used;

bool cn_locale_is_utf8(void) {
    if (!setlocale(LC_CTYPE, "")) {
        // A locale passed over ssh may not be installed here.
        const char *names[] = {"LC_ALL", "LC_CTYPE", "LANG"};
        for (int i = 0; i < 3; i++) {
            const char *value = getenv(names[i]);
            if (!value || !*value) continue;
            if (strcasestr(value, "UTF-8") || strcasestr(value, "UTF8")) setlocale(LC_CTYPE, "C.UTF-8");
            break;
        }
    }
    return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

static void send_all(const char *bytes, size_t count) {
    while (count > 0) {
        ssize_t sent = write(STDOUT_FILENO, bytes, count);
        if (sent <= 0) return;
        bytes += sent;
        count -= (size_t)sent;
    }
}

static void set_bracketed_paste(bool on) {
    const char *sequence = on ? "\033[?2004h" : "\033[?2004l";
    // Terminals without colours are old enough to print what they do not know.
    if (has_colors()) send_all(sequence, strlen(sequence));
}

// Without an alternate screen, the shell would write over the last frame. With one, tmux leaves parts of the frame on the
// other screen if the terminal has grown meanwhile.
static void leave_screen(void) {
    erase();
    refresh();
    endwin();
}

static void enter_modes(void) {
    raw();
    noecho();
    nonl();
    keypad(stdscr, TRUE);
    nodelay(stdscr, TRUE);
    leaveok(stdscr, FALSE);
}

cn_opening cn_open(const char *type) {
    pthread_setname_np(pthread_self(), "terminal");
    // COLUMNS and LINES may be exported from another window, or from before a resize.
    use_env(FALSE);
    use_tioctl(TRUE);
    cn_rescue_prepare();
    cn_signals_install();
    set_escdelay(25);
    screen = newterm(type, stdout, stdin);
    if (!screen) {
        cn_signals_restore();
        return CN_UNKNOWN_TYPE;
    }
    // newterm replaces default handlers by its own.
    cn_signals_install();
    cn_rescue_arm();
    enter_modes();
    cn_note_modes();
    pairs_used = 0;
    if (has_colors()) {
        start_color();
        use_default_colors();
    }
    cn_define_keys();
    set_bracketed_paste(true);
    curs_set(0);
    return CN_OPENED;
}

void cn_close(void) {
    if (!screen) return;
    cn_set_mouse(false);
    set_bracketed_paste(false);
    leave_screen();
    cn_rescue_disarm();
    cn_signals_restore();
    delscreen(screen);
    screen = NULL;
    cn_stop_waiting_for_end();
}

int cn_colors(void) {
    return has_colors() ? COLORS : 0;
}

cn_size cn_measure(void) {
    struct winsize size;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 && size.ws_row > 0) {
        return (cn_size){.columns = size.ws_col, .rows = size.ws_row};
    }
    return (cn_size){.columns = COLS, .rows = LINES};
}

void cn_resize(cn_size size) {
    resizeterm(size.rows, size.columns);
    erase();
}

static short pair_of(int foreground, int background) {
    if (!has_colors() || (foreground < 0 && background < 0)) return 0;
    for (short i = 0; i < pairs_used; i++) {
        if (pairs[i].foreground == foreground && pairs[i].background == background) return i + 1;
    }
    if (pairs_used == most_pairs || pairs_used + 1 >= COLOR_PAIRS) return 0;
    if (init_extended_pair(pairs_used + 1, foreground, background) == ERR) return 0;
    pairs[pairs_used].foreground = foreground;
    pairs[pairs_used].background = background;
    return ++pairs_used;
}

static attr_t attributes_of(cn_look look) {
    attr_t attributes = A_NORMAL;
    if (look.bold) attributes |= A_BOLD;
    if (look.dim) attributes |= A_DIM;
    if (look.reverse) attributes |= A_REVERSE;
    if (look.underline) attributes |= A_UNDERLINE;
    return attributes;
}

static wchar_t shown(uint32_t scalar, int width) {
    if (wcwidth((wchar_t)scalar) == width) return (wchar_t)scalar;
    return wcwidth(0xFFFD) == 1 ? 0xFFFD : L'?';
}

void cn_put(int column, int row, const uint32_t *scalars, int count, int width, cn_look look) {
    wchar_t text[CCHARW_MAX + 1] = {0};
    text[0] = shown(scalars[0], width);
    int length = 1;
    for (int i = 1; i < count && length < CCHARW_MAX; i++) {
        if (wcwidth((wchar_t)scalars[i]) == 0) text[length++] = (wchar_t)scalars[i];
    }
    short pair = pair_of(look.foreground, look.background);
    cchar_t cell;
    if (setcchar(&cell, text, attributes_of(look), pair, NULL) == ERR) return;
    mvadd_wch(row, column, &cell);
    if (width == 2 && text[0] != (wchar_t)scalars[0]) mvadd_wch(row, column + 1, &cell);
}

void cn_flush(int cursor_column, int cursor_row) {
    curs_set(cursor_column >= 0);
    if (cursor_column >= 0) move(cursor_row, cursor_column);
    wnoutrefresh(stdscr);
    doupdate();
}

void cn_repaint(void) {
    clearok(curscr, TRUE);
}

void cn_set_mouse(bool on) {
    if (on == mouse_is_on) return;
    mouse_is_on = on;
    mouseinterval(0);
    mousemask(on ? BUTTON1_PRESSED | BUTTON4_PRESSED | BUTTON5_PRESSED : 0, NULL);
}

void cn_send(const char *bytes, int count) {
    send_all(bytes, (size_t)count);
}

void cn_suspend(const char *farewell) {
    set_bracketed_paste(false);
    leave_screen();
    send_all(farewell, strlen(farewell));
    cn_stop_group();
}

void cn_resume(void) {
    enter_modes();
    reset_prog_mode();
    cn_note_modes();
    set_bracketed_paste(true);
}
