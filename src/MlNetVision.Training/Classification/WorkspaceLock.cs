using MlNetVision.Files;

namespace MlNetVision.Training;

/// <summary>
/// The lock of a workspace: two trainings in one folder would write over each other's checkpoints. It is free again when the process has ended,
/// however it ended. Its file is removed at the end, and the folder where it was made for it and is empty.
/// </summary>
internal sealed class WorkspaceLock : IDisposable
{
    private const int MostTries = 8;
    private const int MostLength = 1 << 20;

    private readonly FileStream _file;
    private readonly string? _made;

    private WorkspaceLock(FileStream file, string? made) => (_file, _made) = (file, made);

    /// <summary>Takes the lock.</summary>
    /// <param name="workspace">The folder, which is created where it is missing; null: none, and no lock.</param>
    /// <param name="name">The name of the lock's file.</param>
    /// <returns>The lock, to be disposed; null where the folder cannot be written to, so that nothing will be.</returns>
    /// <exception cref="ArgumentException">Another training has it.</exception>
    public static WorkspaceLock? Take(string? workspace, string name = ".mlnetvision.lock")
    {
        if (workspace is null) return null;
        var folder = Path.GetFullPath(workspace);
        var path = Path.Combine(folder, name);
        var made = Directory.Exists(folder) ? null : folder;
        for (var tries = 0; tries < MostTries; tries++)
        {
            try
            {
                Directory.CreateDirectory(folder);
                var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, OwnerLock.Share, bufferSize: 0);
                if (IsNamed(file, path)) return new(file, made);
                file.Dispose();
            }
            catch (IOException) when (File.Exists(path))
            {
                throw new ArgumentException($"The workspace '{workspace}' is in use by another training; wait for its end, or give another folder.");
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return null;
            }
        }
        return null;
    }

    public void Dispose()
    {
        try
        {
            // Removed while it is held, so that nobody locks a file that is about to go.
            File.Delete(_file.Name);
            _file.Dispose();
            if (_made is not null && !Directory.EnumerateFileSystemEntries(_made).Any()) Directory.Delete(_made);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _file.Dispose(); // a file that stays locks nothing
        }
    }

    // The owner before may have removed the file after it was opened here: another then has the name. A random length tells them apart.
    private static bool IsNamed(FileStream file, string path)
    {
        var length = Random.Shared.Next(1, MostLength);
        file.SetLength(length);
        return new FileInfo(path) is { Exists: true } named && named.Length == length;
    }
}
