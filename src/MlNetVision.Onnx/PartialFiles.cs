using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace MlNetVision.Files;

/// <summary>
/// The temporary files that stand beside final ones while these are written: <c>.mlnetvision-1a2b3c4d.partial</c>, which is short, so that a
/// final name may be as long as names may be. Each is locked by its owner. What a killed process left has a free lock, and is removed by the
/// next process that writes to the folder.
/// </summary>
internal static class PartialFiles
{
    private const string Start = ".mlnetvision-";
    private const string End = ".partial";
    private const int Digits = 8;
    private const int MostFolders = 1024;

    private static readonly ConcurrentDictionary<string, bool> Swept = new(StringComparer.Ordinal);

    /// <summary>Creates one, and removes those of dead processes from the folder, once in the life of this process.</summary>
    /// <param name="folder">The folder, which exists.</param>
    /// <returns>The open file, which is locked until it is closed.</returns>
    public static FileStream Create(string folder)
    {
        var stream = OwnerLock.Create(() => Path.Join(folder, $"{Start}{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(Digits / 2))}{End}"));
        if (Swept.Count > MostFolders) Swept.Clear();
        if (Swept.TryAdd(folder, true)) Sweep(folder, stream.Name);
        return stream;
    }

    /// <summary>Whether a file has such a name.</summary>
    public static bool Is(string path)
    {
        var name = Path.GetFileName(path.AsSpan());
        return name.Length == Start.Length + Digits + End.Length && name.StartsWith(Start, StringComparison.Ordinal)
            && name.EndsWith(End, StringComparison.Ordinal) && IsHex(name.Slice(Start.Length, Digits));
    }

    /// <summary>Removes those whose owner is dead.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="own">A file of this process that is locked now: where locks have no effect, nothing is removed.</param>
    public static void Sweep(string folder, string own)
    {
        try
        {
            string[] found = [.. Directory.EnumerateFiles(folder, $"{Start}*{End}").Where(f => f != own && Is(f))];
            if (found.Length == 0 || OwnerLock.IsFree(own)) return;
            foreach (var file in found) OwnerLock.DeleteIfFree(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A folder that cannot be listed is not swept.
        }
    }

    private static bool IsHex(ReadOnlySpan<char> text)
    {
        foreach (var c in text) if (!char.IsAsciiHexDigitLower(c)) return false;
        return true;
    }
}

/// <summary>
/// Locks of files by the process that owns them: they are free again when it has ended, however it ended. On Linux and macOS they are advisory
/// (flock), which all of .NET respects.
/// </summary>
public static class OwnerLock
{
    private const int MostTries = 8;

    /// <summary>How an owner opens its file. On Windows it may be renamed while it is open; elsewhere any file may.</summary>
    public static FileShare Share => OperatingSystem.IsWindows() ? FileShare.Delete : FileShare.None;

    /// <summary>
    /// Creates a file that this process owns until it is closed. It is there, and locked, when this returns: one that a sweep took for a dead
    /// process's, between its creation and its lock, is made again.
    /// </summary>
    /// <param name="newPath">Gives a path, each time another.</param>
    /// <param name="bufferSize">The stream's buffer, in bytes; 0: none.</param>
    /// <exception cref="IOException">The file cannot be made.</exception>
    public static FileStream Create(Func<string> newPath, int bufferSize = 4096)
    {
        ArgumentNullException.ThrowIfNull(newPath);
        for (var tries = 1; ; tries++)
        {
            var path = newPath();
            try
            {
                var stream = new FileStream(path, FileMode.CreateNew, FileAccess.ReadWrite, Share, bufferSize);
                if (File.Exists(path)) return stream; // who locks it after this leaves it alone
                stream.Dispose();
                if (tries >= MostTries) throw new IOException($"{path}: was removed as soon as it was made.");
            }
            catch (IOException) when (tries < MostTries)
            {
                // The name is taken, or a sweep has the lock.
            }
        }
    }

    /// <summary>Whether no process owns a file; also where the file system has no locks.</summary>
    /// <param name="path">The file; one that is not there has no owner.</param>
    public static bool IsFree(string path)
    {
        try
        {
            new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None, bufferSize: 0).Dispose();
            return true;
        }
        catch (FileNotFoundException)
        {
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Removes a file that no process owns; its owner cannot come back between the two.</summary>
    /// <param name="path">The file.</param>
    /// <param name="alongside">What else is removed while the lock is held; null: nothing.</param>
    /// <returns>Whether it is removed.</returns>
    public static bool DeleteIfFree(string path, Action? alongside = null)
    {
        try
        {
            using var held = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, OperatingSystem.IsWindows() ? FileShare.Delete : FileShare.None, bufferSize: 0);
            alongside?.Invoke();
            File.Delete(path);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
