namespace MlNetVision.Benchmarks;

/// <summary>One way to do a piece of work on a number of images; it may dispose what it owns.</summary>
/// <param name="Name">Its row in the table.</param>
/// <param name="Run">Does the work once on all images, and gives the number of boxes found, or 0.</param>
/// <param name="Owned">What to dispose at the end.</param>
internal sealed record Contender(string Name, Func<IReadOnlyList<string>, int> Run, IDisposable? Owned = null) : IDisposable
{
    public void Dispose() => Owned?.Dispose();
}
