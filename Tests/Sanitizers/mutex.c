// Tells ThreadSanitizer what a contended `Mutex` of Swift's standard library does.
//
// Taking and leaving a free `Mutex` is an atomic operation that is compiled into its user, where the sanitizer sees it.
// Waiting for one that is taken, and waking up those who wait, is in libswiftSynchronization.so, which is built without
// the sanitizer: it would miss that the one comes after the other, and call what the lock guards a race. `make test-thread`
// links these two functions in front of those of the library; they do what those do, and say so.
//
// Source: https://github.com/swiftlang/swift/blob/release/6.3/stdlib/public/Synchronization/Mutex/LinuxImpl.swift

#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdint.h>

#define LOCK_SLOW "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"
#define UNLOCK_SLOW "$s15Synchronization12_MutexHandleV11_unlockSlowyyF"
#define SWIFT __attribute__((swiftcall))
#define SELF __attribute__((swift_context)) void *

typedef SWIFT void LockSlow(uint32_t thread, SELF mutex);
typedef SWIFT void UnlockSlow(SELF mutex);

extern void __tsan_acquire(void *address);
extern void __tsan_release(void *address);

LockSlow lockSlow __asm__(LOCK_SLOW);
UnlockSlow unlockSlow __asm__(UNLOCK_SLOW);

SWIFT void lockSlow(uint32_t thread, SELF mutex) {
    ((LockSlow *)dlsym(RTLD_NEXT, LOCK_SLOW))(thread, mutex);
    __tsan_acquire(mutex);
}

SWIFT void unlockSlow(SELF mutex) {
    __tsan_release(mutex);
    ((UnlockSlow *)dlsym(RTLD_NEXT, UNLOCK_SLOW))(mutex);
}
