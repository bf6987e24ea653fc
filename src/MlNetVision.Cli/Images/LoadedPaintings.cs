using MlNetVision.Cli.Hosting;
using MlNetVision.Cli.Inputs;
using MlNetVision.Training.Style;

namespace MlNetVision.Cli.Images;

/// <summary>The paintings of a run, loaded; disposing frees them all.</summary>
internal sealed class LoadedPaintings : IDisposable
{
    private readonly List<StylePainting> _all = [];

    /// <exception cref="UsageException">One cannot be read.</exception>
    public LoadedPaintings(IEnumerable<(string File, float Weight)> paintings)
    {
        List<string> names = [];
        try
        {
            foreach (var (file, weight) in paintings)
            {
                _all.Add(new StylePainting(OptionImage.Load("--style", file), weight));
                names.Add(Path.GetFileNameWithoutExtension(file));
            }
        }
        catch
        {
            Dispose();
            throw;
        }
        Name = string.Join('+', names);
    }

    public IReadOnlyList<StylePainting> All => _all;

    /// <summary>What an image in their style is called by.</summary>
    public string Name { get; }

    public void Dispose() => _all.ForEach(p => p.Image.Dispose());
}
