using MlNetVision.Gradients;
using MlNetVision.Imaging;
using MlNetVision.Onnx;
using MlNetVision.Onnx.Upgrading;
using static MlNetVision.Onnx.Proto.TensorProto.Types;

namespace MlNetVision.Training.Style;

/// <summary>One step of training a style network: photos in, losses and gradients out. The caller disposes it.</summary>
internal sealed class PerceptualStep : IDisposable
{
    private readonly StyleTrainingOptions _options;
    private readonly StyleTermGraph _terms;
    private readonly FeatureModel _features;
    private readonly OnnxModel _network;
    private readonly GradientSession _session;
    private readonly FeatureSession? _content;
    private readonly float[][] _sums;
    private readonly Dictionary<string, TrainingFeed> _feeds = [];

    /// <param name="features">The feature network.</param>
    /// <param name="painting">The painting.</param>
    /// <param name="options">The settings.</param>
    /// <param name="cancellationToken">Stops the network that computes the painting's Gram matrices.</param>
    public PerceptualStep(OnnxModel features, RgbImage painting, StyleTrainingOptions options, CancellationToken cancellationToken = default)
    {
        (_options, _terms) = (options, new StyleTermGraph(options.Losses, means: true));
        _features = new FeatureModel(features, _terms.Layers, options.Preprocess);
        var layers = new StyleFeatureNetwork(_features, _terms.Layers, options.Crop, options.Crop);
        var (width, height) = SizeOf(painting, options.Crop);
        using (var style = _terms.OpenStyle(_features, width, height))
            style?.Run(_features.Images.Of(painting, width, height), _feeds, cancellationToken);
        (_network, var parameters) = TransformNetwork.Create(options.Width, options.Seed);
        var graph = TrainingGraph.Differentiate(PerceptualGraph.Join(_network, layers, _features.Normalization, _terms), StyleTermGraph.Total,
            parameters);
        _content = _terms.OpenContent(_features, options.Crop, options.Crop);
        try
        {
            _session = new GradientSession(
                graph, new GradientSessionOptions { Device = options.Device, Threads = options.Threads, Outputs = _terms.Terms });
        }
        catch
        {
            _content?.Dispose();
            throw;
        }
        _sums = [.. Parameters.Select(p => new float[p.Values.Length])];
    }

    /// <summary>The assumption about the feature network, in a sentence; null: none.</summary>
    public string? Assumption => _features.Assumption;

    /// <summary>Why another device than the first that was asked for runs it, in a sentence; null: it is the first.</summary>
    public string? DeviceNote => _session.DeviceNote;

    /// <summary>The feature network, cut to the layers of the losses.</summary>
    public OnnxModel Features => _features.Model;

    /// <summary>The trained tensors.</summary>
    public IReadOnlyList<TrainableTensor> Parameters => _session.Parameters;

    /// <summary>Computes the gradients of one step, averaged over its photos, which run one by one: each has its own Gram matrices.</summary>
    /// <param name="crops">The photos.</param>
    /// <param name="step">The number of the step, from 0.</param>
    /// <param name="cancellationToken">Stops the step between two layers; its gradients hold anything then.</param>
    /// <returns>The losses, averaged.</returns>
    public StyleTerms Run(PhotoCrops crops, int step, CancellationToken cancellationToken = default)
    {
        foreach (var sum in _sums) Array.Clear(sum);
        var terms = new StyleTerms[_options.BatchSize];
        for (var b = 0; b < terms.Length; b++)
        {
            using var photo = crops.At((long)step * terms.Length + b);
            terms[b] = RunOne(photo, cancellationToken);
            foreach (var (p, sum) in Parameters.Zip(_sums)) Vectors.Add(sum, p.Gradient, 1.0 / terms.Length);
        }
        foreach (var (p, sum) in Parameters.Zip(_sums)) sum.CopyTo(p.Gradient, 0);
        return new StyleTerms(terms.Average(t => t.Content), [.. terms[0].Styles.Select((_, i) => terms.Average(t => t.Styles[i]))],
            terms.Average(t => t.TotalVariation), terms.Average(t => t.Total));
    }

    /// <summary>The style network as it is now.</summary>
    public OnnxModel Export() => TransformNetwork.WithValues(_network, Parameters);

    public void Dispose()
    {
        _session.Dispose();
        _content?.Dispose();
    }

    /// <summary>The size of the painting: its own aspect ratio, with the shorter side of the crops' length.</summary>
    private static (int Width, int Height) SizeOf(RgbImage painting, int side)
    {
        var scale = (double)side / Math.Min(painting.Width, painting.Height);
        return ((int)Math.Round(painting.Width * scale), (int)Math.Round(painting.Height * scale));
    }

    private StyleTerms RunOne(RgbImage photo, CancellationToken cancellationToken)
    {
        var side = _options.Crop;
        var pixels = new float[3 * side * side];
        TensorPacker.Pack(photo, pixels, PixelLayout.Nchw, PixelNormalization.Raw);
        _feeds[PerceptualGraph.Photo] = TrainingFeed.Of<float>(pixels, 1, 3, side, side);
        _content?.Run(_features.Images.Of(photo, side, side), _feeds, cancellationToken);
        return _terms.ReadWeighted(_session, _session.Step(_feeds, cancellationToken));
    }
}

/// <summary>A style network, a feature network on its output, and the losses, as one graph for one image per run.</summary>
internal static class PerceptualGraph
{
    /// <summary>The photo's input name; the feature network's own input may have the same name as the style network's.</summary>
    public const string Photo = "perceptual.photo";

    /// <param name="style">The style network; it is not changed.</param>
    /// <param name="features">The feature network at this size; it is not changed.</param>
    /// <param name="normalization">The feature network's input normalisation.</param>
    /// <param name="terms">The losses.</param>
    public static OnnxModel Join(OnnxModel style, StyleFeatureNetwork features, PixelNormalization normalization, StyleTermGraph terms)
    {
        var model = features.Model.Clone();
        OperatorSetUpgrade.Raise(model);
        var graph = model.Graph;
        var behind = graph.Node.ToList();
        graph.Input.Remove(graph.Input.First(i => i.Name == features.Input));
        var side = features.Shape[2];
        graph.Input.Insert(0, OnnxValue.Info(Photo, DataType.Float, [1, 3, side, side]));
        var between = Between(features, normalization).Graph;
        var painter = style.Graph.Node.Select(n => n.Clone()).ToList();
        painter[0].Input[0] = Photo;
        graph.Node.Clear();
        graph.Node.AddRange([.. painter, .. between.Node, .. behind]);
        graph.Initializer.AddRange([.. style.Graph.Initializer.Select(t => t.Clone()), .. between.Initializer]);
        graph.Output.Clear();
        model.Proto.IrVersion = Math.Max(model.Proto.IrVersion, style.Proto.IrVersion);
        graph.Output.Add(style.Graph.Output[0].Clone());
        terms.Append(model, features.Tensors, TransformNetwork.Output, PixelLayout.Nchw);
        return model;
    }

    private static OnnxModel Between(StyleFeatureNetwork features, PixelNormalization normalization)
    {
        var graph = new GraphWriter("between", "between/");
        var x = graph[TransformNetwork.Output];
        if (normalization.Bgr) x = x.Gather(graph.Integers(2, 1, 0), axis: 1);
        x -= graph.Floats([.. normalization.Mean], 1, 3, 1, 1);
        if (features.Layout == PixelLayout.Nhwc) x = x.Transpose(0, 2, 3, 1);
        graph.Node("Identity", features.Input, [x]);
        return graph.Build();
    }
}
