using Microsoft.ML;
using MlNetVision.MlNet;

namespace MlNetVision.Benchmarks;

/// <summary>The ML.NET door: rows through a fitted chain.</summary>
internal sealed class RowDetector : IDisposable
{
    private readonly MLContext _context = new();
    private readonly ITransformer _chain;

    public RowDetector(string model) =>
        _chain = _context.Transforms.DetectObjects(model).Fit(_context.Data.LoadFromEnumerable(Array.Empty<PathRow>()));

    /// <summary>The number of boxes of each image, one after the other.</summary>
    public IEnumerable<int> Counts(IEnumerable<string> images)
    {
        var rows = _chain.Transform(_context.Data.LoadFromEnumerable(images.Select(p => new PathRow { ImagePath = p })));
        return _context.Data.CreateEnumerable<FoundRow>(rows, reuseRowObject: true).Select(r => r.Detections?.Count ?? 0);
    }

    public void Dispose() => (_chain as IDisposable)?.Dispose();

    private sealed class FoundRow
    {
        [DetectionListType]
        public DetectionList? Detections { get; set; }
    }
}
