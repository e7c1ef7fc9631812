#pragma once

namespace rootlet {

/// Lets the calling program build images: call it first of all in main(), before threads are started and before
/// anything is made of the arguments.
/// Scriptlets, triggers and programs that a recipe's tests start run in a process that has inherited nothing: the
/// program starts itself once more, with an empty environment, one argument and no open files but its channels. In that
/// process, this function does not return. Without the call, make::build() is an error. Descriptors 0 to 2 that are
/// closed are opened on /dev/null, so that no other file gets these numbers; a SIGCHLD that is ignored, which would
/// hide how children end, gets its default.
void serve_sandbox(int argc, char** argv);

}  // namespace rootlet
