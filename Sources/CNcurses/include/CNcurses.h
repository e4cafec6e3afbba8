// The part of ncurses that the dashboard uses. Every function but cn_wake belongs to the one thread that called cn_open.
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

/// What cn_wait woke up for.
typedef struct {
    bool input;
    bool resized;
    bool continued;
    bool stop_requested;
    /// The terminal is gone.
    bool hung_up;
    /// SIGTERM, SIGHUP, SIGINT or SIGQUIT, or 0.
    int ended_by;
} cn_wakeup;

// --- screen.c: the screen

/// Whether the locale of the environment is one of UTF-8.
bool cn_locale_is_utf8(void);
/// False where the terminal is not one that ncurses knows.
bool cn_open(void);
/// Leaves the terminal as cn_open found it.
void cn_close(void);
int cn_colors(void);
cn_size cn_measure(void);
void cn_resize(cn_size size);
/// Writes one character with its marks; one that the C library takes for another width becomes a replacement.
void cn_put(int column, int row, const uint32_t *scalars, int count, int width, cn_look look);
/// Sends what has changed. A negative column hides the cursor.
void cn_flush(int cursor_column, int cursor_row);
/// Makes the next flush paint everything.
void cn_repaint(void);
void cn_set_mouse(bool on);
/// Sends bytes past ncurses: an escape sequence that moves nothing.
void cn_send(const char *bytes, int count);
/// Gives the terminal back to the shell and stops the process group, until it is continued.
void cn_suspend(const char *farewell);
/// Takes up the terminal again after somebody else has used it.
void cn_resume(void);

// --- input.c: keys, signals and waking up

/// The next key press, without waiting.
bool cn_read(cn_input *input);
/// Sleeps until there is something to do, or for at most `milliseconds`; a negative number means no limit.
cn_wakeup cn_wait(int milliseconds);
/// Ends the sleep of cn_wait. From any thread.
void cn_wake(void);

// --- rescue.c: the terminal after a crash

/// Remembers how the terminal is now, so that a crash can put it back.
void cn_rescue_prepare(void);
/// Puts the terminal back if the process dies of a fault from here on.
void cn_rescue_arm(void);
void cn_rescue_disarm(void);

#endif
