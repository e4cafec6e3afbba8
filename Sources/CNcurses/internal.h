// Declarations shared by the files of this target.
#ifndef CN_INTERNAL_H
#define CN_INTERNAL_H

#define _XOPEN_SOURCE_EXTENDED 1
#define NCURSES_WIDECHAR 1

#include "CNcurses.h"

/// Keys that terminfo has no names for.
enum { CN_CODE_PASTE_BEGIN = 01001, CN_CODE_PASTE_END = 01002 };

void cn_signals_install(void);
void cn_signals_restore(void);
/// Makes cn_wait_for_end return 0.
void cn_stop_waiting_for_end(void);
void cn_define_keys(void);
/// Remembers whether the terminal has the modes of the dashboard: only then can it lose them.
void cn_note_modes(void);
/// Whether the terminal shows what was there before when the dashboard ends.
bool cn_has_alternate_screen(void);
/// Returns when the process is continued.
void cn_stop_group(void);

#endif
