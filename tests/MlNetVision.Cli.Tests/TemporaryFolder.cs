namespace MlNetVision.Cli.Tests;

/// <summary>A folder that lives as long as a test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("mlnetvision-").FullName;

    /// <summary>A path within the folder.</summary>
    public string this[string name] => System.IO.Path.Join(Path, name);

    /// <summary>Writes a file, with the folders that it needs, and returns its path.</summary>
    public string Write(string name, ReadOnlySpan<byte> content = default)
    {
        var path = this[name];
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, content);
        return path;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
