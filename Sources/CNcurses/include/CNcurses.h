// The part of ncurses that the dashboard uses. Only the thread that called cn_open may call these, except
// cn_check_type, cn_wake, cn_wait_for_end and cn_abandon.
#ifndef CNCURSES_H
#define CNCURSES_H

#include <stdbool.h>
#include <stdint.h>

typedef enum {
    CN_KEY_CHARACTER,
    CN_KEY_UP,
    CN_KEY_DOWN,
    CN_KEY_LEFT,
    CN_KEY_RIGHT,
    CN_KEY_HOME,
    CN_KEY_END,
    CN_KEY_PAGE_UP,
    CN_KEY_PAGE_DOWN,
    CN_KEY_ENTER,
    CN_KEY_TAB,
    CN_KEY_BACK_TAB,
    CN_KEY_BACKSPACE,
    CN_KEY_ESCAPE,
    CN_KEY_PASTE_BEGIN,
    CN_KEY_PASTE_END,
    CN_KEY_CLICK,
    CN_KEY_WHEEL_UP,
    CN_KEY_WHEEL_DOWN,
    CN_KEY_OTHER,
} cn_key;

typedef struct {
    cn_key key;
    uint32_t scalar;
    int column;
    int row;
} cn_input;

typedef enum {
    CN_OPENED,
    /// ncurses does not know the type of the terminal.
    CN_UNKNOWN_TYPE,
    /// The terminal can only print lines.
    CN_NO_CURSOR_ADDRESSING,
} cn_opening;

typedef struct {
    int columns;
    int rows;
} cn_size;

typedef struct {
    int foreground;
    int background;
    bool bold;
    bool dim;
    bool reverse;
    bool underline;
} cn_look;

/// The reasons why cn_wait returned.
typedef struct {
    bool input;
    bool resized;
    bool continued;
    bool stop_requested;
    /// The terminal is gone.
    bool hung_up;
    /// Another program, such as the shell, has the terminal.
    bool in_background;
    /// Another program has left the terminal in its line mode.
    bool modes_lost;
} cn_wakeup;

// --- screen.c: the screen

/// Whether the environment's locale uses UTF-8.
bool cn_locale_is_utf8(void);
/// Whether ncurses can use a terminal of this type. Call it before cn_open.
cn_opening cn_check_type(const char *type);
/// Uses the terminal as one of this type, which cn_check_type has accepted.
cn_opening cn_open(const char *type);
/// Restores the terminal.
void cn_close(void);
int cn_colors(void);
cn_size cn_measure(void);
void cn_resize(cn_size size);
/// Writes one character with its marks. Replaces it if the C library disagrees about its width.
void cn_put(int column, int row, const uint32_t *scalars, int count, int width, cn_look look);
/// Sends what has changed. A negative column hides the cursor.
void cn_flush(int cursor_column, int cursor_row);
/// Makes the next flush repaint everything.
void cn_repaint(void);
void cn_set_mouse(bool on);
/// Sends an escape sequence that moves nothing, bypassing ncurses.
void cn_send(const char *bytes, int count);
/// Returns the terminal to the shell and stops the process group until it is continued.
void cn_suspend(const char *farewell);
/// Sets up the terminal again after another program has used it.
void cn_resume(void);

// --- input.c: keys, signals and waking up

/// The next key press, without waiting.
bool cn_read(cn_input *input);
/// Whether this process may use the terminal now.
bool cn_in_foreground(void);
/// Waits for input, a signal or cn_wake, for at most `milliseconds`; a negative number means no limit. Does not wait for
/// input in the background: it is meant for another program.
cn_wakeup cn_wait(int milliseconds);
/// Makes cn_wait return. May be called from any thread.
void cn_wake(void);
/// Waits for SIGTERM, SIGHUP, SIGINT or SIGQUIT, and returns its number. Returns 0 after cn_close. One thread may wait.
int cn_wait_for_end(void);

// --- rescue.c: the terminal after a crash, or if it no longer accepts output

/// Saves the terminal's modes, to restore them after a crash.
void cn_rescue_prepare(void);
/// Restores the terminal if the process crashes from now on.
void cn_rescue_arm(void);
void cn_rescue_disarm(void);
/// Restores the terminal's modes while its thread is stuck in a write, and discards the output that was not sent.
void cn_abandon(void);

#endif
