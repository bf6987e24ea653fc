using System.Diagnostics;
using MlNetVision.Classification;

namespace MlNetVision.Training;

/// <summary>
/// Caches the features of images in a folder, so that a second training on them starts at once (bottleneck features). The key is the
/// hash of the image file's content and <see cref="Featurizer.Key"/>, so a changed image, network, cut or input normalisation never gets
/// old features. Several runs may share a folder at once.
/// </summary>
/// <remarks>
/// Each featurizer has one file: a header, then records of one length, each with the SHA-256 of its image and a checksum. Records are only
/// appended, under a lock. Where the file cannot be written, as on a full disk, features are kept in memory, and
/// <see cref="FeatureMatrix.CacheProblem"/> gives the reason. The same holds where a file of another kind has that name; it is not changed.
/// Only this class should write to the folder.
/// </remarks>
public sealed class BottleneckCache
{
    private const string Extension = ".features";

    private readonly string? _folder;
    private readonly Func<string, Stream> _open;

    /// <summary>Creates a cache in a folder, which is created where it is missing.</summary>
    /// <param name="folder">The folder; null: no cache.</param>
    public BottleneckCache(string? folder) : this(folder, BottleneckFile.OpenForWriting) { }

    internal BottleneckCache(string? folder, Func<string, Stream> open) => (_folder, _open) = (folder, open);

    /// <summary>
    /// Gives the features of all images: from the cache, otherwise from the network, several images at once; new ones are added to the cache.
    /// After cancellation the finished ones stay in the cache.
    /// </summary>
    /// <param name="featurizer">The featurizer.</param>
    /// <param name="paths">The images. Equal ones go through the network once.</param>
    /// <param name="progress">Called after each image; null: no callback.</param>
    /// <param name="cancellationToken">Stops running networks; finished features are kept.</param>
    /// <returns>A row for each image that could be read; the caller disposes it.</returns>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public FeatureMatrix Extract(
        Featurizer featurizer, IReadOnlyList<string> paths, IProgress<FeatureProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(featurizer);
        ArgumentNullException.ThrowIfNull(paths);
        var images = ImageHashes.Of(paths, cancellationToken);
        var store = new BottleneckStore(
            _folder is null ? null : new BottleneckFile(PathOf(_folder, featurizer), featurizer.Key, featurizer.FeatureCount, _open));
        var errors = new Dictionary<ImageHash, Exception>();
        var report = new Reporter(progress, images, store);
        Fill(featurizer, images, store, errors, report, cancellationToken);

        int[] good = [.. Enumerable.Range(0, paths.Count).Where(i => images[i].Error is null && !errors.ContainsKey(images[i].Hash))];
        var (rows, mapped) = store.Rows(good.Select(i => images[i].Hash));
        return new FeatureMatrix(featurizer.FeatureCount, rows, good, mapped)
        {
            Failures = [.. images.Select(p => (p.Path, Error: p.Error ?? errors.GetValueOrDefault(p.Hash))).Where(p => p.Error is not null)
                .Select(p => new FeatureFailure(p.Path, p.Error!))],
            Extracted = report.Extracted,
            CacheProblem = store.Problem,
        };
    }

    /// <summary>Removes all feature files from a folder. Other files stay, also lock files, which other processes may hold.</summary>
    internal static void Clear(string folder)
    {
        if (!Directory.Exists(folder)) return;
        foreach (var path in Directory.GetFiles(folder, $"*{Extension}"))
        {
            var key = Path.GetFileNameWithoutExtension(path);
            if (key.Length != BottleneckFormat.KeyDigits || !key.All(char.IsAsciiHexDigitLower)) continue;
            using var held = BottleneckFile.Lock(path, CancellationToken.None);
            if (BottleneckFile.IsOurs(path, key)) File.Delete(path);
        }
    }

    /// <summary>The path of a featurizer's file in a folder, if something of another kind has that name; otherwise null.</summary>
    internal static string? FindForeign(string folder, Featurizer featurizer)
    {
        var path = PathOf(folder, featurizer);
        return Path.Exists(path) && !BottleneckFile.IsOurs(path, featurizer.Key) ? path : null;
    }

    private static string PathOf(string folder, Featurizer featurizer) =>
        Path.Combine(folder, $"{featurizer.Key[..BottleneckFormat.KeyDigits]}{Extension}");

    private static void Fill(
        Featurizer featurizer, IReadOnlyList<HashedImage> images, BottleneckStore store, Dictionary<ImageHash, Exception> errors, Reporter report,
            CancellationToken cancellationToken)
    {
        var missing = images.Where(p => p.Error is null && !store.Has(p.Hash)).DistinctBy(p => p.Hash).ToList();
        report.Start(missing.Count);
        // The extractor reads paths a little ahead of its results; images in progress wait here.
        var underWay = new Queue<HashedImage>();
        var outcomes = featurizer.ExtractManyAsync(Ahead(), cancellationToken: cancellationToken).ToBlockingEnumerable(CancellationToken.None);
        foreach (var outcome in outcomes)
        {
            // Cancelled images have no outcome.
            HashedImage image;
            do image = underWay.Dequeue();
            while (image.Path != outcome.Image);
            var hash = image.Hash;
            if (outcome.Result is { } features) store.Add(hash, features, cancellationToken);
            else errors[hash] = outcome.Error!;
            report.Next();
        }

        // What another run has added in the meantime is not made again.
        IEnumerable<string> Ahead()
        {
            foreach (var image in missing)
            {
                if (store.Has(image.Hash))
                {
                    report.Skip();
                    continue;
                }
                underWay.Enqueue(image);
                yield return image.Path;
            }
        }
    }

    private sealed class Reporter(IProgress<FeatureProgress>? progress, IReadOnlyList<HashedImage> images, BottleneckStore store)
    {
        private readonly Stopwatch _clock = Stopwatch.StartNew();
        private int _missing;
        private int _done;

        public int Extracted { get; private set; }

        public void Start(int missing)
        {
            _missing = missing;
            Tell();
            _clock.Restart();
        }

        public void Skip() => _done++;

        public void Next()
        {
            (_done, Extracted) = (_done + 1, Extracted + 1);
            Tell();
        }

        private void Tell()
        {
            var cached = images.Count - _missing;
            TimeSpan? remaining = Extracted == 0 ? null : _clock.Elapsed / Extracted * (_missing - _done);
            progress?.Report(new FeatureProgress(cached + _done, images.Count, cached, remaining, store.Problem));
        }
    }
}
