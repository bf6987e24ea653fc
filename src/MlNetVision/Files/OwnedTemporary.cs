using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace MlNetVision.Files;

/// <summary>
/// A file or a folder of this process in the system's folder for temporary ones: <c>mlnetvision-1a2b3c4d</c>. It is removed when it is disposed
/// or no longer used, at the latest when the process ends. What a killed process left is removed by the next one that makes such a file: beside
/// it stands a lock that its owner holds, and that is free then.
/// </summary>
public sealed class OwnedTemporary : IDisposable
{
    private const string Start = "mlnetvision-";
    private const string LockEnding = ".lock";
    private const string NetworkEnding = ".onnx";
    private const int Digits = 8;

    private static readonly ConcurrentDictionary<string, bool> Left = new(StringComparer.Ordinal);
    private static readonly ConcurrentDictionary<string, bool> Swept = new(StringComparer.Ordinal);

    private readonly string _stem;
    private readonly FileStream _lock;

    static OwnedTemporary() => AppDomain.CurrentDomain.ProcessExit += (_, _) =>
    {
        foreach (var stem in Left.Keys) Remove(stem);
    };

    private OwnedTemporary(string ending)
    {
        (_stem, _lock) = Claim(System.IO.Path.GetTempPath());
        Path = _stem + ending;
        Left[_stem] = true;
    }

    /// <summary>Removes it where nobody disposed it.</summary>
    ~OwnedTemporary() => Remove(_stem);

    /// <summary>Its path.</summary>
    public string Path { get; }

    /// <summary>The place of an ONNX network, which is not there yet.</summary>
    public static OwnedTemporary Network() => new(NetworkEnding);

    /// <summary>An empty folder that this user alone may read.</summary>
    public static OwnedTemporary Folder()
    {
        var folder = new OwnedTemporary("");
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(folder.Path);
        else Directory.CreateDirectory(folder.Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return folder;
    }

    /// <summary>Removes it.</summary>
    public void Dispose()
    {
        Remove(_stem);
        _lock.Dispose();
        GC.SuppressFinalize(this);
    }

    private static (string Stem, FileStream Lock) Claim(string folder)
    {
        var held = OwnerLock.Create(
            () => System.IO.Path.Join(folder, $"{Start}{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(Digits / 2))}{LockEnding}"), bufferSize: 0);
        if (Swept.TryAdd(folder, true)) Sweep(folder, held.Name);
        return (held.Name[..^LockEnding.Length], held);
    }

    /// <summary>Removes what dead processes left.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="own">A lock of this process: where locks have no effect, nothing is removed.</param>
    internal static void Sweep(string folder, string own)
    {
        try
        {
            string[] found = [.. Directory.EnumerateFiles(folder, $"{Start}*{LockEnding}").Where(f => f != own && IsLock(f))];
            // Where locks have no effect, nobody knows who is alive.
            if (found.Length == 0 || OwnerLock.IsFree(own)) return;
            foreach (var path in found) OwnerLock.DeleteIfFree(path, () => RemoveContent(path[..^LockEnding.Length]));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A folder that cannot be listed is not swept.
        }
    }

    private static bool IsLock(string path)
    {
        var name = System.IO.Path.GetFileName(path);
        return name.Length == Start.Length + Digits + LockEnding.Length
            && name.Skip(Start.Length).Take(Digits).All(char.IsAsciiHexDigitLower);
    }

    private static void Remove(string stem)
    {
        try
        {
            RemoveContent(stem);
            File.Delete(stem + LockEnding);
            Left.TryRemove(stem, out _);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Windows keeps open files; the end of the process tries again.
        }
    }

    private static void RemoveContent(string stem)
    {
        File.Delete(stem + NetworkEnding);
        // Links in it are removed, not followed.
        if (Directory.Exists(stem) && new DirectoryInfo(stem).LinkTarget is null) Directory.Delete(stem, recursive: true);
    }
}
