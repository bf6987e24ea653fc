namespace MlNetVision.Files;

/// <summary>
/// Gives a file the name of another, which it replaces. On Windows that fails while a program reads the old one: a search index, a
/// virus scanner, or an app that loads it just now. They are done soon, so it is tried again before it is an error.
/// </summary>
internal static class FileReplacement
{
    /// <summary>Tries, and in all some three seconds between them.</summary>
    internal const int MostTries = 12;

    // Windows' ERROR_SHARING_VIOLATION, ERROR_ACCESS_DENIED and ERROR_USER_MAPPED_FILE, as HRESULTs.
    private const int SharingViolation = unchecked((int)0x80070020);
    private const int AccessDenied = unchecked((int)0x80070005);
    private const int MappedFile = unchecked((int)0x800704C8);

    /// <summary>Renames a file to a name that may be taken.</summary>
    /// <exception cref="IOException">It cannot be done.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be done.</exception>
    public static void Move(string file, string name)
    {
        if (OperatingSystem.IsWindows()) Move(() => File.Move(file, name, overwrite: true), Thread.Sleep);
        else File.Move(file, name, overwrite: true);
    }

    /// <param name="move">One try.</param>
    /// <param name="wait">Waits for so many milliseconds.</param>
    internal static void Move(Action move, Action<int> wait)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                move();
                return;
            }
            catch (Exception e) when (tries < MostTries && e is IOException or UnauthorizedAccessException
                                      && e.HResult is SharingViolation or AccessDenied or MappedFile)
            {
                wait(40 * tries);
            }
        }
    }
}
