using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using MlNetVision.Imaging;
using MlNetVision.Onnx;
using MlNetVision.Training.Gradients;
using MlNetVision.Training.Optimizers;

namespace MlNetVision.Training.Style;

/// <summary>
/// Trains a network that paints any photo like one painting, by the losses of <see cref="StyleLosses"/> in a fixed network of features:
/// Johnson, Alahi, Fei-Fei, "Perceptual losses for real-time style transfer", arXiv:1603.08155.
/// </summary>
public sealed class StyleTrainer
{
    private readonly OnnxModel _features;
    private readonly StyleTrainingOptions _options;
    private readonly StyleTrainingRun _run;
    private readonly PixelNormalization _normalization;
    private readonly PictureTensor _tensor;
    private readonly Dictionary<string, TrainingFeed> _feeds = [];

    private StyleTrainer(OnnxModel features, StyleTrainingOptions options, StyleTrainingRun run)
    {
        options.Check();
        (_features, _options, _run) = (features, options, run);
        _normalization = PixelNormalization.Parse(options.Losses.Preprocess ?? features.Metadata[VisionMetadata.PreprocessKey] ?? PixelNormalization.Caffe.Name);
        _tensor = new PictureTensor(_normalization, features.Inputs[0].Shape is [_, 3, _, _] ? PixelLayout.Nchw : PixelLayout.Nhwc);
    }

    /// <summary>Trains a style network from random weights.</summary>
    /// <param name="features">A VGG-like network that takes pictures of any size; it is not changed.</param>
    /// <param name="painting">The picture file whose style is learnt; it is brought to the size of the crops.</param>
    /// <param name="photos">Picture files to learn on; those that cannot be read are left out.</param>
    /// <param name="options">Null takes the defaults.</param>
    /// <param name="run">How it is watched and kept; null: not at all.</param>
    /// <param name="cancellation">Ends training after the step under way; the network as it is then is the result, and is kept.</param>
    /// <exception cref="BadModelException">The network has no such layer, or an operator without a gradient.</exception>
    /// <exception cref="BadDataSetException">No photo can be read.</exception>
    /// <exception cref="BadImageException">The painting cannot be read.</exception>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public static TrainedStyle Train(
        OnnxModel features, string painting, IReadOnlyList<string> photos, StyleTrainingOptions? options = null, StyleTrainingRun? run = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(features);
        ArgumentNullException.ThrowIfNull(photos);
        return new StyleTrainer(features, options ?? new(), run ?? new()).Train(painting, photos, cancellation);
    }

    private NeuralStyleOptions Losses => _options.Losses;

    private TrainedStyle Train(string painting, IReadOnlyList<string> photos, CancellationToken cancellation)
    {
        var crops = new PhotoCrops(photos, _options.Crop, Losses.Seed);
        var (network, parameters) = TransformNetwork.Create(_options.Width, Losses.Seed);
        var layers = new FeatureNetwork(_features, Losses.ContentLayers.Concat(Losses.StyleLayers).Select(l => l.Name), _options.Crop, _options.Crop);
        SetStyle(painting);
        var graph = TrainingGraph.Differentiate(PerceptualGraph.Join(network, layers, _normalization, Losses), PerceptualGraph.Total, parameters);
        using var session = new TrainingSession(graph, new TrainingSessionOptions { Threads = Losses.Threads, Outputs = [.. Terms] });
        var (adam, file) = (new AdamOptimizer(), _run.Checkpoint is null ? null : new CheckpointFile(_run.Checkpoint, Setup(painting, crops)));
        var begun = Resume(file, session, adam);
        var (done, clock) = (begun, Stopwatch.StartNew());
        while (done < _options.Steps && !cancellation.IsCancellationRequested)
        {
            var terms = Step(session, crops, done);
            adam.Step(session.Parameters, _options.LearningRate);
            done++;
            _run.Progress?.Invoke(new StyleTrainingProgress(done, _options.Steps, terms, clock.Elapsed * ((double)(_options.Steps - done) / (done - begun))));
            if (done % _options.KeepEvery == 0) Keep(file, session, adam, network, done);
        }
        if (done > begun && done % _options.KeepEvery != 0) Keep(file, session, adam, network, done);
        return new TrainedStyle(TransformNetwork.WithValues(network, session.Parameters), done, done < _options.Steps, crops.Unreadable);
    }

    private IEnumerable<string> Terms =>
        [.. Losses.ContentLayers.Select((_, i) => PerceptualGraph.ContentTerm(i)), .. Losses.StyleLayers.Select((_, i) => PerceptualGraph.StyleTerm(i)), PerceptualGraph.Variation];

    private void SetStyle(string painting)
    {
        using var picture = Picture.LoadSrgb(painting);
        var layers = new FeatureNetwork(_features, Losses.StyleLayers.Select(l => l.Name), _options.Crop, _options.Crop);
        for (var i = 0; i < Losses.StyleLayers.Count; i++) StyleLosses.AddGram(layers.Model, layers.Tensors[Losses.StyleLayers[i].Name], PerceptualGraph.StyleTarget(i));
        Feed(PerceptualGraph.StyleTarget, StyleObjective.Run(layers, _tensor.Of(picture, _options.Crop, _options.Crop), [.. Losses.StyleLayers.Select((_, i) => PerceptualGraph.StyleTarget(i))]));
    }

    /// <summary>The gradients of one step, averaged over its photos one by one: each has Gram matrices of its own.</summary>
    private StyleTerms Step(TrainingSession session, PhotoCrops crops, int step)
    {
        var sums = session.Parameters.Select(p => new float[p.Values.Length]).ToArray();
        var (share, total, values) = (1f / _options.BatchSize, 0.0, new double[Terms.Count()]);
        for (var b = 0; b < _options.BatchSize; b++)
        {
            using var photo = crops.At((long)step * _options.BatchSize + b);
            SetContent(photo);
            total += session.Step(_feeds) * share;
            foreach (var (term, i) in Terms.Select((t, i) => (t, i))) values[i] += session.Outputs[term].Values[0] * share;
            foreach (var (p, sum) in session.Parameters.Zip(sums)) Vectors.Add(sum, p.Gradient, share);
        }
        foreach (var (p, sum) in session.Parameters.Zip(sums)) sum.CopyTo(p.Gradient, 0);
        return new StyleTerms(values[..Losses.ContentLayers.Count].Sum(), values[Losses.ContentLayers.Count..^1], values[^1], total);
    }

    private void SetContent(Picture photo)
    {
        var side = _options.Crop;
        var pixels = new float[3 * side * side];
        TensorPacker.Pack(photo, pixels, PixelLayout.Nchw, PixelNormalization.Raw);
        _feeds[PerceptualGraph.Photo] = TrainingFeed.Of<float>(pixels, 1, 3, side, side);
        if (Losses.ContentLayers.Count == 0) return;
        var layers = new FeatureNetwork(_features, Losses.ContentLayers.Select(l => l.Name), side, side);
        Feed(PerceptualGraph.ContentTarget, StyleObjective.Run(layers, _tensor.Of(photo, side, side), [.. Losses.ContentLayers.Select(l => layers.Tensors[l.Name])]));
    }

    private void Feed(Func<int, string> name, List<(float[] Values, long[] Shape)> values)
    {
        for (var i = 0; i < values.Count; i++) _feeds[name(i)] = TrainingFeed.Of<float>(values[i].Values, values[i].Shape);
    }

    private int Resume(CheckpointFile? file, TrainingSession session, AdamOptimizer adam)
    {
        string? note = null;
        var kept = file?.Read(out note);
        if (note is not null) _run.Note?.Invoke(note);
        if (kept is null) return 0;
        foreach (var (p, values) in session.Parameters.Zip(kept.Values)) values.CopyTo(p.Values, 0);
        using var reader = new BinaryReader(new MemoryStream(kept.Optimizer));
        adam.Load(reader);
        return kept.History[^1].Epoch;
    }

    private void Keep(CheckpointFile? file, TrainingSession session, AdamOptimizer adam, OnnxModel network, int done)
    {
        using var state = new MemoryStream();
        using (var writer = new BinaryWriter(state, Encoding.UTF8, leaveOpen: true)) adam.Save(writer);
        file?.Write(new TrainingCheckpoint
        {
            History = [new EpochMetrics { Epoch = done, TrainLoss = 0, TrainAccuracy = 0, LearningRate = _options.LearningRate, Seconds = 0 }],
            Values = [.. session.Parameters.Select(p => p.Values)], Best = [], Optimizer = state.ToArray(),
        });
        _run.Kept?.Invoke(done, TransformNetwork.WithValues(network, session.Parameters));
    }

    /// <summary>What must be the same for a checkpoint to be gone on with; the number of steps may grow.</summary>
    private string Setup(string painting, PhotoCrops crops)
    {
        var layers = string.Join(',', Losses.ContentLayers) + ";" + string.Join(',', Losses.StyleLayers);
        var text = FormattableString.Invariant($"{layers};{Losses.ContentWeight};{Losses.StyleWeight};{Losses.TotalVariationWeight};{_normalization.Name};{Losses.Seed};{_options.BatchSize};{_options.Crop};{_options.LearningRate};{_options.Width};")
            + string.Join('\n', crops.Photos.Select(p => FormattableString.Invariant($"{Path.GetFullPath(p)}:{new FileInfo(p).Length}")));
        return Convert.ToHexString(SHA256.HashData([.. Encoding.UTF8.GetBytes(text), .. SHA256.HashData(File.ReadAllBytes(painting)), .. SHA256.HashData(_features.ToBytes())]));
    }
}
