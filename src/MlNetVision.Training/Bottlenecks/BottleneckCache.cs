using System.Diagnostics;
using MlNetVision.Classification;

namespace MlNetVision.Training;

/// <summary>
/// Keeps the features of images in a folder, so that a second training on them starts at once (bottleneck features). They are
/// known by the content of the image file and by <see cref="Featurizer.Key"/>, so that a changed image, network, cut or
/// pre-processing is never answered with old ones. Several runs may share a folder at once.
/// </summary>
/// <remarks>
/// One file for each featurizer holds rows of one length behind a header, each with the SHA-256 of its image and a checksum; it is
/// only ever added to, under a lock. Where it cannot be written, as on a full disk, features are kept in memory and
/// <see cref="FeatureMatrix.CacheProblem"/> says why; so it is where something else has the name of such a file, which is left alone.
/// Only this class should write to the folder.
/// </remarks>
public sealed class BottleneckCache
{
    private const string Extension = ".features";

    private readonly string? _folder;
    private readonly Func<string, Stream> _open;

    /// <summary>A cache in a folder, which is made where it is missing.</summary>
    /// <param name="folder">The folder; null keeps nothing.</param>
    public BottleneckCache(string? folder) : this(folder, BottleneckFile.OpenForWriting) { }

    internal BottleneckCache(string? folder, Func<string, Stream> open) => (_folder, _open) = (folder, open);

    /// <summary>
    /// The features of all images: from the cache, or else through the network, several at once, and kept. What was kept stays
    /// when the work is stopped.
    /// </summary>
    /// <param name="featurizer">Makes the features.</param>
    /// <param name="paths">The images. Equal ones go through the network once.</param>
    /// <param name="progress">Told after each image; null: nobody.</param>
    /// <param name="cancellation">Stops the networks that are running; images that are past theirs are kept.</param>
    /// <returns>A row for each image that could be read; the caller disposes it.</returns>
    /// <exception cref="OperationCanceledException">The work was stopped.</exception>
    public FeatureMatrix Extract(
        Featurizer featurizer, IReadOnlyList<string> paths, IProgress<FeatureProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(featurizer);
        ArgumentNullException.ThrowIfNull(paths);
        var images = ImageHashes.Of(paths, cancellation);
        var store = new BottleneckStore(
            _folder is null ? null : new BottleneckFile(PathOf(_folder, featurizer), featurizer.Key, featurizer.FeatureCount, _open));
        var errors = new Dictionary<ImageHash, Exception>();
        var report = new Reporter(progress, images, store);
        Fill(featurizer, images, store, errors, report, cancellation);

        int[] good = [.. Enumerable.Range(0, paths.Count).Where(i => images[i].Error is null && !errors.ContainsKey(images[i].Hash))];
        var (rows, mapped) = store.Rows(good.Select(i => images[i].Hash));
        return new FeatureMatrix(featurizer.FeatureCount, rows, good, mapped)
        {
            Failures = [.. images.Select(p => (p.Path, Error: p.Error ?? errors.GetValueOrDefault(p.Hash))).Where(p => p.Error is not null).Select(p => new FeatureFailure(p.Path, p.Error!))],
            Extracted = report.Extracted,
            CacheProblem = store.Problem,
        };
    }

    /// <summary>Removes the features of all networks that a folder keeps; what else is in it stays, locks included, for others may hold them.</summary>
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

    /// <summary>The file or folder that stands where a folder would keep a network's features, and is something else; or null.</summary>
    internal static string? FindForeign(string folder, Featurizer featurizer)
    {
        var path = PathOf(folder, featurizer);
        return Path.Exists(path) && !BottleneckFile.IsOurs(path, featurizer.Key) ? path : null;
    }

    private static string PathOf(string folder, Featurizer featurizer) => Path.Combine(folder, $"{featurizer.Key[..BottleneckFormat.KeyDigits]}{Extension}");

    private static void Fill(
        Featurizer featurizer, IReadOnlyList<HashedImage> images, BottleneckStore store, Dictionary<ImageHash, Exception> errors, Reporter report, CancellationToken cancellation)
    {
        var missing = images.Where(p => p.Error is null && !store.Has(p.Hash)).DistinctBy(p => p.Hash).ToList();
        report.Start(missing.Count);
        // The extractor takes paths a little ahead of what it has given; those under way wait here for their features.
        var underWay = new Queue<HashedImage>();
        var outcomes = featurizer.ExtractManyAsync(Ahead(), cancellation: cancellation).ToBlockingEnumerable(CancellationToken.None);
        foreach (var outcome in outcomes)
        {
            // Those that were stopped have no outcome.
            HashedImage image;
            do image = underWay.Dequeue();
            while (image.Path != outcome.Image);
            var hash = image.Hash;
            if (outcome.Result is { } features) store.Add(hash, features, cancellation);
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
