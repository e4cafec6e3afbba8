#!/bin/sh
# Prints which files would change. 0: none, 2: some.
if [ ! -e "$WWW/current" ]; then
    (cd public && find . -type f | sort | sed 's|^\./|+ |')
    exit 2
fi
diff -rq "$WWW/current/" public
case $? in
0) exit 0 ;;
1) exit 2 ;;
*) exit 1 ;;
esac
