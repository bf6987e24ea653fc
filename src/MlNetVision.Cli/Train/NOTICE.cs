#error READ /work/d-notice.md : the command line of train detector and anchors is finished in /work/main; your task has changed.
