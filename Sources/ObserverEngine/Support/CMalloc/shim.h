#pragma once
// Not part of Swift's module Glibc.
#include <malloc.h>
