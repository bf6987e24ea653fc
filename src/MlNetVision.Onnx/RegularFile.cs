using System.Formats.Tar;

namespace MlNetVision.Files;

/// <summary>
/// Opens files for reading, and only files: to open a named pipe waits until somebody writes to it, and a device may never end.
/// </summary>
/// <remarks>Links are followed. On Windows, where pipes have paths of their own, nothing is refused.</remarks>
public static class RegularFile
{
    /// <summary>The names of what the process has open already, such as bash's <c>&lt;(…)</c>; to open them again does not wait.</summary>
    private static readonly string[] Open = ["/dev/fd/", "/proc/self/fd/"];

    /// <summary>Opens a file for reading; the caller disposes the stream.</summary>
    /// <param name="path">The file.</param>
    /// <param name="orOpenPipe">
    /// Whether it may be a pipe that the process has open already: <c>/dev/stdin</c>, and bash's <c>&lt;(…)</c>. Default: no.
    /// </param>
    /// <exception cref="IOException">
    /// There is no such file, it cannot be opened, or it is a pipe, a socket or a device; the message names it.
    /// </exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read, or is a folder.</exception>
    public static FileStream OpenRead(string path, bool orOpenPipe = false)
    {
        Check(path, orOpenPipe);
        return File.OpenRead(path);
    }

    /// <summary>The bytes of a file.</summary>
    /// <inheritdoc cref="OpenRead"/>
    public static byte[] ReadAllBytes(string path)
    {
        Check(path);
        return File.ReadAllBytes(path);
    }

    /// <summary>The length of a file in bytes; null where there is none, or it is a folder, a pipe, a socket or a device.</summary>
    /// <remarks><see cref="FileInfo.Length"/> of a link is that of the link itself.</remarks>
    public static long? LengthOf(string path)
    {
        try
        {
            return Target(path) is { Exists: true } file && OtherKind(file) is null ? file.Length : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Checks that a path does not lead to a pipe, a socket or a device. What does not exist passes.</summary>
    /// <param name="path">The file.</param>
    /// <param name="orOpenPipe">As for <see cref="OpenRead"/>.</param>
    /// <exception cref="IOException">It leads to one; the message names it.</exception>
    public static void Check(string path, bool orOpenPipe = false)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (orOpenPipe && IsOpen(path)) return;
        var file = Target(path);
        var kind = file.Exists ? OtherKind(file) : IsOpen(path) ? "a pipe" : null;
        if (kind is not null) throw new IOException($"'{path}' is {kind}; expected a regular file.");
    }

    private static bool IsOpen(string path) =>
        path == "/dev/stdin" || Array.Exists(Open, folder => path.StartsWith(folder, StringComparison.Ordinal));

    private static FileInfo Target(string path)
    {
        var file = new FileInfo(path);
        return file.LinkTarget is null ? file : file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? file;
    }

    /// <summary>What a path is that is no regular file; null for a regular one.</summary>
    private static string? OtherKind(FileInfo file)
    {
        // Pipes, sockets and devices have no length.
        if (OperatingSystem.IsWindows() || file.Length > 0) return null;
        // .NET tells the type of a file only in an archive that holds it.
        using var archive = new MemoryStream();
        try
        {
            using var writer = new TarWriter(archive, leaveOpen: true);
            writer.WriteEntry(file.FullName, "file");
        }
        catch (IOException e) when (e.HResult == new IOException().HResult)
        {
            // Not an error of the system: the writer says that archives do not hold such files.
            return "a socket";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A regular file that does not open; who opens it learns why.
            return null;
        }
        archive.Position = 0;
        using var reader = new TarReader(archive);
        return reader.GetNextEntry()?.EntryType switch
        {
            TarEntryType.Fifo => "a named pipe",
            TarEntryType.CharacterDevice or TarEntryType.BlockDevice => "a device",
            _ => null,
        };
    }
}
