using MlNetVision.Imaging;
using MlNetVision.Inference;
using MlNetVision.Models;
using MlNetVision.Onnx;
using MlNetVision.Style;

namespace MlNetVision.Training.Style;

/// <summary>
/// Neural style transfer by optimising the image: its features approach those of a photo, its Gram matrices those of a painting, in a network
/// such as VGG. Any painting serves, without training. Gatys, Ecker, Bethge, "Image Style Transfer Using Convolutional Neural Networks"
/// (CVPR 2016). One call at a time.
/// </summary>
/// <example><code>
/// var style = NeuralStyle.Load("vgg16-small");
/// using var result = style.Run("photo.jpg", "painting.jpg", progress: new Progress&lt;StyleProgress&gt;(p => Console.WriteLine(p.Losses.Total)));
/// result.Image.Save("out.png");
/// </code></example>
public sealed class NeuralStyle
{
    private readonly FeatureModel _features;
    private readonly NeuralStyleOptions _options;

    private NeuralStyle(OnnxModel network, NeuralStyleOptions options)
    {
        options.Check();
        (_options, _features) = (options, new FeatureModel(network, new StyleTermGraph(options).Layers, options.Preprocess));
    }

    /// <summary>What had to be assumed of the network, in a sentence, because neither it nor the options say so; null: nothing.</summary>
    public string? Assumption => _features.Assumption;

    /// <summary>Opens a feature network by name or path. Its input may be of a fixed size where no layer that is needed is bound to it.</summary>
    /// <exception cref="BadModelException">There is no such model, it has no such layer, or no image input.</exception>
    /// <exception cref="ArgumentException">An option lies outside its range.</exception>
    public static NeuralStyle Load(string network, NeuralStyleOptions? options = null) => Load(ModelLocator.Open(network), options);

    /// <summary>The same with a network in memory.</summary>
    /// <inheritdoc cref="Load(string, NeuralStyleOptions?)"/>
    public static NeuralStyle Load(OnnxModel network, NeuralStyleOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        return new NeuralStyle(network, options ?? new NeuralStyleOptions());
    }

    /// <summary>Paints a photo like a painting.</summary>
    /// <param name="photo">The photo: a path, bytes, a stream, an image in memory, …; it is neither changed nor disposed.</param>
    /// <param name="painting">The painting, likewise.</param>
    /// <param name="progress">Called after each iteration; null: no callback.</param>
    /// <param name="preview">Called with the image at intervals; the image is valid only during the call. Null: no callback.</param>
    /// <param name="previewEvery">The interval in iterations. Default: 10.</param>
    /// <param name="cancellationToken">Ends the optimisation and the running network; the result is the best image so far.</param>
    /// <inheritdoc cref="Run(ImageSource, IReadOnlyList{StylePainting}, IProgress{StyleProgress}?, Action{RgbImage}?, int, CancellationToken)"/>
    public NeuralStyleResult Run(
        ImageSource photo, ImageSource painting, IProgress<StyleProgress>? progress = null, Action<RgbImage>? preview = null, int previewEvery = 10,
            CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(painting);
        return Run(photo, [new StylePainting(painting)], progress, preview, previewEvery, cancellationToken);
    }

    /// <summary>
    /// Paints a photo like one or more paintings: the target style is the weighted mean of their Gram matrices. No image is changed.
    /// </summary>
    /// <param name="photo">The photo: a path, bytes, a stream, an image in memory, …; it is neither changed nor disposed.</param>
    /// <param name="paintings">One painting or more; each is brought to the same longer side.</param>
    /// <param name="progress">Called after each iteration; null: no callback.</param>
    /// <param name="preview">Called with the image at intervals; the image is valid only during the call. Null: no callback.</param>
    /// <param name="previewEvery">The interval in iterations. Default: 10.</param>
    /// <param name="cancellationToken">Ends the optimisation and the running network; the result is the best image so far.</param>
    /// <returns>The result; the caller disposes it.</returns>
    /// <exception cref="BadImageException">The photo or a painting cannot be read; the message names it.</exception>
    /// <exception cref="BadModelException">The network takes one size only, or has operators without gradients.</exception>
    /// <exception cref="BadDeviceException">No device that was asked for works.</exception>
    /// <exception cref="ArgumentException">There is no painting, or a weight is negative, not finite, or all are 0.</exception>
    /// <exception cref="OperationCanceledException">Cancelled in the first iteration.</exception>
    public NeuralStyleResult Run(
        ImageSource photo, IReadOnlyList<StylePainting> paintings, IProgress<StyleProgress>? progress = null, Action<RgbImage>? preview = null,
            int previewEvery = 10, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(photo);
        var shares = Shares(paintings);
        ArgumentOutOfRangeException.ThrowIfLessThan(previewEvery, 1);
        using var content = photo.Load(toSrgb: true);
        var styles = new List<(RgbImage Image, float Share)>();
        try
        {
            foreach (var (painting, share) in shares) styles.Add((painting.Load(toSrgb: true), share));
            return Run(content, styles, new Callbacks(progress, preview, previewEvery), cancellationToken);
        }
        finally
        {
            foreach (var (image, _) in styles) image.Dispose();
        }
    }

    private NeuralStyleResult Run(
        RgbImage photo, List<(RgbImage Image, float Share)> paintings, Callbacks callbacks, CancellationToken cancellationToken)
    {
        var sizes = Enumerable.Range(0, _options.Scales).Select(s => StyleSizes.Of(photo, _options, shrink: 1 << (_options.Scales - 1 - s))).ToList();
        var report = new StyleReport(
            _options, [.. sizes.Select(s => (long)s.Width * s.Height)], callbacks.Progress, callbacks.Preview, callbacks.PreviewEvery);
        RgbImage? reached = null;
        try
        {
            for (var scale = 0; scale < _options.Scales && !(cancellationToken.IsCancellationRequested && reached is not null); scale++)
            {
                var next = RunScale(photo, paintings, reached, scale, sizes[scale], report, cancellationToken);
                reached?.Dispose();
                reached = next;
            }
        }
        catch (OperationCanceledException) when (reached is not null)
        {
            // The result of the previous scale is the best so far.
        }
        catch
        {
            reached?.Dispose();
            throw;
        }
        return new NeuralStyleResult(reached!, report.Terms, report.Evaluations, cancellationToken.IsCancellationRequested);
    }

    private static List<(ImageSource Image, float Share)> Shares(IReadOnlyList<StylePainting> paintings)
    {
        ArgumentNullException.ThrowIfNull(paintings);
        foreach (var painting in paintings) ArgumentNullException.ThrowIfNull(painting.Image, nameof(paintings));
        float[] weights = [.. paintings.Select(p => p.Weight)];
        var shares = StyleBlend.SharesOf(weights)
            ?? throw new ArgumentException(
                $"The paintings weigh {string.Join(", ", weights.Select(w => FormattableString.Invariant($"{w}")))}; expected one painting "
                + "or more, with weights from 0, not all of them 0.", nameof(paintings));
        return [.. paintings.Zip(shares, (p, share) => (p.Image, share))];
    }

    private RgbImage RunScale(RgbImage photo, List<(RgbImage Image, float Share)> paintings, RgbImage? from, int scale, (int Width, int Height) size,
        StyleReport report, CancellationToken cancellationToken)
    {
        var (width, height) = size;
        var input = _features.Images;
        using var objective = new StyleObjective(_features, _options, width, height);
        if (scale == 0 && objective.DeviceNote is { } note) _options.Log?.Invoke(note);
        cancellationToken.ThrowIfCancellationRequested();
        objective.SetContent(input.Of(photo, width, height), width, height, cancellationToken);
        foreach (var (painting, share) in paintings)
        {
            var (styleWidth, styleHeight) = StyleSizes.OfPainting(painting, _options, width, height);
            objective.AddStyle(input.Of(painting, styleWidth, styleHeight), styleWidth, styleHeight, share, cancellationToken);
        }
        var point = from is not null ? input.Of(from, width, height) : _options.Start switch
        {
            StyleStart.Noise => input.Noise(_options.Seed, width, height),
            StyleStart.Image => input.Of(_options.StartImage!, width, height),
            _ => input.Of(photo, width, height),
        };
        report.Begin(scale, objective, values => input.ToImage(values, width, height));
        try
        {
            StyleOptimization.Run(_options, objective, point, report, cancellationToken);
        }
        catch (OperationCanceledException) when (report.Iterations > 0)
        {
            // The point is the best so far.
        }
        return input.ToImage(point, width, height);
    }

    private readonly record struct Callbacks(IProgress<StyleProgress>? Progress, Action<RgbImage>? Preview, int PreviewEvery);
}

/// <summary>An optimised image. Dispose it, and with it <see cref="RgbImage"/>.</summary>
/// <param name="Image">The best image so far, clipped to 0–255.</param>
/// <param name="Losses">Its losses, before clipping.</param>
/// <param name="Evaluations">Evaluations of loss and gradient at all scales.</param>
/// <param name="Interrupted">Whether it was cancelled before its last iteration.</param>
public sealed record NeuralStyleResult(RgbImage Image, StyleTerms Losses, int Evaluations, bool Interrupted) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose() => Image.Dispose();
}

/// <summary>A painting whose style is transferred, alone or with others.</summary>
/// <param name="Image">The painting: a path, bytes, a stream, an image in memory, …; it is neither changed nor disposed.</param>
/// <param name="Weight">Its weight among the paintings, 0 or more; only ratios matter.</param>
public readonly record struct StylePainting(ImageSource Image, float Weight = 1);

/// <summary>The progress of an optimisation after an iteration.</summary>
/// <param name="Scale">The current scale, from 0, the smallest.</param>
/// <param name="Iteration">The iteration within the scale, from 1.</param>
/// <param name="Evaluations">Evaluations of loss and gradient so far, over all scales.</param>
/// <param name="Losses">The terms of the best image so far.</param>
/// <param name="Remaining">The estimated time left over all scales.</param>
public sealed record StyleProgress(int Scale, int Iteration, int Evaluations, StyleTerms Losses, TimeSpan Remaining);
