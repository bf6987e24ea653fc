using MlNetVision.Classification;

namespace MlNetVision.Training;

/// <summary>The features of the pictures of a training, without those that cannot be read. Disposed, it takes the features with it.</summary>
internal sealed class PictureRows : IDisposable
{
    private readonly FeatureMatrix _matrix;

    /// <summary>Takes features from the cache, or else through the network.</summary>
    /// <exception cref="BadDataSetException">A class has no picture that can be read.</exception>
    /// <exception cref="OperationCanceledException">The work was stopped; what the cache has stays.</exception>
    public PictureRows(Featurizer featurizer, LabeledImages train, LabeledImages? validation, ClassifierRun run, CancellationToken cancellation)
    {
        // In one go, so that progress is that of all pictures.
        string[] paths = [.. train.Images.Select(i => i.Path), .. validation?.Images.Select(i => i.Path) ?? []];
        _matrix = new BottleneckCache(run.Cache).Extract(featurizer, paths, run.Features, cancellation);
        try
        {
            if (_matrix.CacheProblem is { } problem) run.Note?.Invoke(problem);
            var row = Enumerable.Range(0, _matrix.Rows).ToDictionary(i => _matrix.Pictures[i]);
            Train = Take(train, 0, row);
            Validation = validation is null ? null : Take(validation, train.Images.Count, row);
        }
        catch
        {
            _matrix.Dispose();
            throw;
        }
    }

    public PictureSet Train { get; }

    public PictureSet? Validation { get; }

    /// <summary>The pictures that cannot be read.</summary>
    public IReadOnlyList<UnreadablePicture> Unreadable => [.. _matrix.Failures.Select(f => new UnreadablePicture(f.Path, f.Error.Message))];

    public void Dispose() => _matrix.Dispose();

    private PictureSet Take(LabeledImages images, int start, Dictionary<int, int> row)
    {
        var readable = images.Without(_matrix.Failures.Select(f => f.Path));
        var good = Enumerable.Range(0, images.Images.Count).Where(i => row.ContainsKey(start + i)).ToList();
        return new PictureSet(readable, new LabeledFeatures(
            [.. good.Select(i => _matrix.Row(row[start + i]))], [.. good.Select(i => images.Images[i].ClassIndex)]));
    }
}
