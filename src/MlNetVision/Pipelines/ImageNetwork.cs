using MlNetVision.Imaging;
using MlNetVision.Onnx;
using MlNetVision.Onnx.Runtime;

namespace MlNetVision.Pipelines;

/// <summary>
/// A network that answers images, for the doors that know no ML.NET: decode, resize, pack, run, parse.
/// Calls may come from several threads, and so may <see cref="Dispose"/>: calls under way end normally, later ones fail.
/// </summary>
/// <typeparam name="TResult">The answer to one image.</typeparam>
internal sealed class ImageNetwork<TResult> : IDisposable where TResult : class
{
    private readonly PixelNormalization _normalization;
    private readonly Answer _answer;
    private readonly int _workers;
    private readonly ImageLimits? _limits;

    // One image at a time is soonest done with all threads on it; many are soonest done with a thread each.
    private readonly Lazy<NetworkSession> _one;
    private readonly Lazy<NetworkSession> _many;
    private readonly UseCount _uses;

    /// <param name="owner">The type that its users see, which <see cref="ObjectDisposedException"/> names.</param>
    /// <param name="model">The network.</param>
    /// <param name="input">Its image input.</param>
    /// <param name="outputs">The outputs to compute, in the order that <paramref name="parse"/> takes them.</param>
    /// <param name="settings">How images become its input.</param>
    /// <param name="workers">The number of threads.</param>
    /// <param name="parse">Makes the answer; it runs on several threads at once.</param>
    /// <param name="limits">What an image file may ask for; null: the default.</param>
    /// <param name="answer">Answers an image otherwise than by one resize and one run; null: so.</param>
    public ImageNetwork(
        Type owner, OnnxModel model, NetworkInput input, IReadOnlyList<string> outputs, PipelineSettings settings, int workers, Parser parse,
        ImageLimits? limits = null, Answer? answer = null)
    {
        _limits = limits;
        _normalization = PixelNormalization.Parse(settings.Preprocess);
        _answer = answer ?? ((name, image, run, normalization, cancellation) =>
            parse(name, run.Run(normalization, image, settings.Resize, out var geometry, cancellation), geometry));
        _workers = workers;
        _one = new(() => new NetworkSession(model, input, outputs, workers));
        _many = new(() => workers == 1 ? _one.Value : new NetworkSession(model, input, outputs, threads: 1));
        _uses = new UseCount(owner, Free);
    }

    /// <summary>Makes the answer from the outputs, which are valid only during the call, and what leads back to the image.</summary>
    public delegate TResult Parser(string name, IReadOnlyList<NetworkOutput> outputs, ImageGeometry geometry);

    /// <summary>Answers an image with the buffers of a run; the token stops the network.</summary>
    public delegate TResult Answer(string name, RgbImage image, NetworkRun run, PixelNormalization normalization, CancellationToken cancellation);

    /// <exception cref="OperationCanceledException">The token stopped the network, between two layers.</exception>
    /// <exception cref="ObjectDisposedException">It is disposed.</exception>
    public TResult Run(string path, CancellationToken cancellation = default)
    {
        using var use = _uses.Enter();
        using var image = RgbImage.Load(path, _limits);
        return Run(_one.Value, image, path, cancellation);
    }

    /// <inheritdoc cref="Run(string, CancellationToken)"/>
    public TResult Run(RgbImage image, string name, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(image);
        using var use = _uses.Enter();
        return Run(_one.Value, image, name, cancellation);
    }

    /// <summary>Answers many files in order, several at once, with few in memory.</summary>
    /// <param name="paths">The files.</param>
    /// <param name="then">Work on each image while it is in memory, or null.</param>
    /// <param name="cancellation">Stops the networks that are running; what comes after them, such as drawing, is done still.</param>
    /// <returns>For each file its answer, or the error that it failed with; none for those that were stopped.</returns>
    /// <exception cref="ObjectDisposedException">It is disposed; also while it is enumerated.</exception>
    public IAsyncEnumerable<(string Path, TResult? Result, Exception? Error)> RunMany(
        IEnumerable<string> paths, Action<RgbImage, TResult>? then, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(paths);
        using var use = _uses.Enter(); // of a disposed one nothing can be asked, not even nothing
        var session = paths.TryGetNonEnumeratedCount(out var count) && count == 1 ? _one : _many;
        return OrderedParallel.Run(paths, path => Attempt(session, path, then, cancellation), _workers, cancellation);
    }

    public void Dispose() => _uses.Dispose();

    private void Free()
    {
        if (_many.IsValueCreated) _many.Value.Dispose();
        if (_one.IsValueCreated) _one.Value.Dispose();
    }

    private (string, TResult?, Exception?) Attempt(Lazy<NetworkSession> session, string path, Action<RgbImage, TResult>? then, CancellationToken cancellation)
    {
        using var use = _uses.Enter();
        try
        {
            using var image = RgbImage.Load(path, _limits);
            var result = Run(session.Value, image, path, cancellation);
            then?.Invoke(image, result);
            return (path, result, null);
        }
        catch (Exception e) when (e is BadImageException or IOException or UnauthorizedAccessException)
        {
            return (path, null, e);
        }
    }

    private TResult Run(NetworkSession session, RgbImage image, string name, CancellationToken cancellation)
    {
        var run = session.Rent();
        try
        {
            return _answer(name, image, run, _normalization, cancellation);
        }
        finally
        {
            session.Return(run);
        }
    }
}
