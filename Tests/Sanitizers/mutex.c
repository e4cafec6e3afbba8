// Reports the slow paths of the standard library's `Mutex` to ThreadSanitizer.
//
// Locking and unlocking a free `Mutex` is an atomic operation that is inlined into the caller, where the sanitizer sees it.
// Waiting for a locked mutex and waking up waiters happens in libswiftSynchronization.so, which is built without the
// sanitizer. ThreadSanitizer therefore misses the ordering and reports data races on values that the lock protects.
// `make test-thread` links these two functions in front of the library's; they call the originals and annotate the order.
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
