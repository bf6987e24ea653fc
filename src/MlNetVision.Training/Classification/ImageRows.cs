using MlNetVision.Classification;
using MlNetVision.Data;

namespace MlNetVision.Training;

/// <summary>The features of a training's readable images. It owns the feature matrix.</summary>
internal sealed class ImageRows : IDisposable
{
    private readonly List<FeatureMatrix> _matrices = [];
    private readonly Dictionary<string, ReadOnlyMemory<float>> _rows = new(StringComparer.Ordinal);

    /// <summary>Gets features from the cache, or from the network.</summary>
    /// <exception cref="BadDataSetException">A class has no image that can be read.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; finished features stay in the cache.</exception>
    public ImageRows(Featurizer featurizer, LabeledImages train, LabeledImages? validation, ClassifierRun run, CancellationToken cancellationToken)
    {
        string[] trainPaths = [.. train.Images.Select(i => i.Path)];
        string[] validationPaths = [.. validation?.Images.Select(i => i.Path) ?? []];
        try
        {
            if (run.ValidationCache is null)
            {
                // One extraction, so that progress covers all images.
                Extract(featurizer, run.Cache, [.. trainPaths, .. validationPaths], run, run.Features, cancellationToken);
            }
            else
            {
                // An image in both sets goes through the network once, as a training image.
                string[] rest = [.. validationPaths.Except(trainPaths, StringComparer.Ordinal)];
                var progress = run.Features is null ? null : new JoinedProgress(run.Features, trainPaths.Length, rest.Length);
                Extract(featurizer, run.Cache, trainPaths, run, progress, cancellationToken);
                progress?.Next();
                if (rest.Length > 0) Extract(featurizer, run.ValidationCache, rest, run, progress, cancellationToken);
            }
            Train = Take(train);
            Validation = validation is null ? null : Take(validation);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public ImageSet Train { get; }

    public ImageSet? Validation { get; }

    /// <summary>The images that cannot be read.</summary>
    public IReadOnlyList<UnreadableImage> Unreadable =>
        [.. _matrices.SelectMany(m => m.Failures).Select(f => new UnreadableImage(f.Path, f.Error.Message))];

    public void Dispose() => _matrices.ForEach(m => m.Dispose());

    private void Extract(Featurizer featurizer, string? cache, string[] paths, ClassifierRun run, IProgress<FeatureProgress>? progress,
        CancellationToken cancellationToken)
    {
        var matrix = new BottleneckCache(cache).Extract(featurizer, paths, progress, cancellationToken);
        _matrices.Add(matrix);
        if (matrix.CacheProblem is { } problem) run.Log?.Invoke(problem);
        for (var row = 0; row < matrix.Rows; row++) _rows[paths[matrix.Images[row]]] = matrix.Row(row);
    }

    private ImageSet Take(LabeledImages images)
    {
        var readable = images.Without(_matrices.SelectMany(m => m.Failures).Select(f => f.Path));
        return new ImageSet(readable,
            new LabeledFeatures([.. readable.Images.Select(i => _rows[i.Path])], [.. readable.Images.Select(i => i.ClassIndex)]));
    }

    /// <summary>The progress of two extractions as that of one.</summary>
    private sealed class JoinedProgress(IProgress<FeatureProgress> all, int first, int second) : IProgress<FeatureProgress>
    {
        private bool _isSecond;
        private int _cached;

        public void Next() => _isSecond = true;

        public void Report(FeatureProgress value)
        {
            if (!_isSecond) _cached = value.Cached;
            // The second one starts where the first ended, which was reported.
            else if (value.Done == 0) return;
            // The number of cached images of the second, and so the time left, is not known before.
            all.Report(_isSecond
                ? value with { Done = first + value.Done, Total = first + second, Cached = _cached + value.Cached }
                : value with { Total = first + second, Remaining = second > 0 ? null : value.Remaining });
        }
    }
}

/// <summary>Images with their features, row by row.</summary>
/// <param name="Images">The images that can be read.</param>
/// <param name="Rows">Their features and classes.</param>
internal sealed record ImageSet(LabeledImages Images, LabeledFeatures Rows);
