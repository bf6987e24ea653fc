using MlNetVision.Style;

namespace MlNetVision.Cli.Commands;

/// <summary>The stylizers of a run, with the names that the user called them by; disposing frees them all.</summary>
internal sealed class StylizerSet : IDisposable
{
    private readonly List<(string Name, ImageStylizer Stylizer)> _all = [];

    public IReadOnlyList<(string Name, ImageStylizer Stylizer)> All => _all;

    public void Add(string model, ImageStylizer stylizer) => _all.Add((Path.GetFileNameWithoutExtension(model), stylizer));

    public void Dispose()
    {
        foreach (var (_, stylizer) in _all) stylizer.Dispose();
    }
}
