using MlNetVision.Style;

namespace MlNetVision.Cli.Commands;

/// <summary>The stylizers of a run, with the names that the user called them by; disposing frees them all.</summary>
internal sealed class StylizerSet : IDisposable
{
    private readonly List<(string Name, ImageStylizer Stylizer)> _all = [];

    public IReadOnlyList<(string Name, ImageStylizer Stylizer)> All => _all;

    /// <summary>Adds one; where another is called the same, the file's ending tells them apart.</summary>
    public void Add(string model, ImageStylizer stylizer)
    {
        var name = Path.GetFileNameWithoutExtension(model);
        _all.Add((_all.Exists(s => s.Name == name) ? Path.GetFileName(model) : name, stylizer));
    }

    public void Dispose()
    {
        foreach (var (_, stylizer) in _all) stylizer.Dispose();
    }
}
