namespace MlNetVision.Tests;

/// <summary>The path of a file that is gone when the test ends.</summary>
internal sealed class TemporaryFile(string extension) : IDisposable
{
    public string Path { get; } = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"mlnetvision-{Guid.NewGuid():N}{extension}");

    public void Dispose() => File.Delete(Path);
}
