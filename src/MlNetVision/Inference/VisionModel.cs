using System.Runtime.CompilerServices;
using MlNetVision.Imaging;
using MlNetVision.Onnx;
using MlNetVision.Onnx.Runtime;

namespace MlNetVision.Inference;

/// <summary>
/// A model that answers images, for callers who know no ML.NET. All members may be called from several threads at once. It owns the ONNX Runtime
/// sessions: dispose it, whenever you like; calls that are running end normally.
/// </summary>
/// <typeparam name="TResult">The result for one image.</typeparam>
public abstract class VisionModel<TResult> : IDisposable where TResult : class
{
    private readonly VisionNetwork _network;
    private readonly IImageEngine<TResult> _engine;
    private readonly ImageLimits? _limits;
    private readonly UseCount _uses;

    private protected VisionModel(VisionNetwork network, IImageEngine<TResult> engine, VisionOptions options)
    {
        (_network, _engine, _limits) = (network, engine, options.Limits);
        _uses = new UseCount(GetType(), engine.Dispose);
    }

    /// <summary>The network as data.</summary>
    public virtual OnnxModel Model => _network.Model;

    /// <summary>How an image is brought to the network's size.</summary>
    public ResizeOptions Resize => _network.Pipeline.Resize;

    /// <summary>The name of the input normalisation.</summary>
    public string Preprocess => _network.Pipeline.Preprocess;

    /// <summary>What neither the model nor an option says, with the published convention that was taken for it: a sentence each.</summary>
    public IReadOnlyList<string> Assumptions => _network.Assumptions;

    /// <summary>Answers an image.</summary>
    /// <param name="image">The image: a path, bytes, a stream, an image in memory, …; it is neither changed nor disposed.</param>
    /// <param name="cancellation">Stops the network between two layers.</param>
    /// <exception cref="BadImageException">The image cannot be read; the message names it.</exception>
    /// <exception cref="BadModelException">The network cannot be run on it.</exception>
    /// <exception cref="OperationCanceledException">The token stopped it.</exception>
    /// <exception cref="ObjectDisposedException">The model is disposed.</exception>
    public TResult Run(ImageSource image, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(image);
        using var use = _uses.Enter();
        using var opened = image.Open(_limits, _engine.TakesSrgb);
        return _engine.Answer(opened.Image, image.Name, isOneOfMany: false, cancellation);
    }

    /// <summary>Answers an image on the thread pool.</summary>
    /// <inheritdoc cref="Run"/>
    public Task<TResult> RunAsync(ImageSource image, CancellationToken cancellation = default) => Task.Run(() => Run(image, cancellation), cancellation);

    /// <summary>
    /// Answers many images, several at once, in their order and with few in memory. An image that cannot be read is an outcome with an error, and
    /// the rest go on.
    /// </summary>
    /// <param name="images">The images; taken only as far ahead as there is room.</param>
    /// <param name="then">
    /// Work on each image and its result while the image is in memory, such as drawing; it runs on several threads at once. Where it cannot read or
    /// write a file (<see cref="IOException"/>, <see cref="UnauthorizedAccessException"/>, <see cref="BadImageException"/>), that becomes the
    /// outcome's error; other exceptions end the enumeration. Null: nothing.
    /// </param>
    /// <param name="cancellation">Stops the networks that are running, between two layers; images that are past theirs are finished, and are outcomes still.</param>
    /// <returns>An outcome for each image, in order.</returns>
    public async IAsyncEnumerable<Outcome<TResult>> RunManyAsync(
        IAsyncEnumerable<ImageSource> images, Action<RgbImage, TResult>? then = null, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(images);
        await foreach (var outcome in Many(images, then, isOne: false, cancellation).ConfigureAwait(false)) yield return outcome;
    }

    /// <inheritdoc cref="RunManyAsync(IAsyncEnumerable{ImageSource}, Action{RgbImage, TResult}?, CancellationToken)"/>
    public async IAsyncEnumerable<Outcome<TResult>> RunManyAsync(
        IEnumerable<ImageSource> images, Action<RgbImage, TResult>? then = null, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(images);
        // A lone image is soonest done with all threads on it.
        var isOne = images.TryGetNonEnumeratedCount(out var count) && count == 1;
        await foreach (var outcome in Many(images.ToAsyncEnumerable(), then, isOne, cancellation).ConfigureAwait(false)) yield return outcome;
    }

    /// <summary>Answers many image files; see <see cref="RunManyAsync(IAsyncEnumerable{ImageSource}, Action{RgbImage, TResult}?, CancellationToken)"/>.</summary>
    /// <inheritdoc cref="RunManyAsync(IAsyncEnumerable{ImageSource}, Action{RgbImage, TResult}?, CancellationToken)"/>
    public IAsyncEnumerable<Outcome<TResult>> RunManyAsync(IEnumerable<string> images, Action<RgbImage, TResult>? then = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(images);
        return RunManyAsync(images.Select(ImageSource.FromFile), then, cancellation);
    }

    /// <summary>Frees the ONNX Runtime sessions, at once or when the last call that is running ends; later calls throw <see cref="ObjectDisposedException"/>.</summary>
    public void Dispose()
    {
        _uses.Dispose();
        GC.SuppressFinalize(this);
    }

    private IAsyncEnumerable<Outcome<TResult>> Many(
        IAsyncEnumerable<ImageSource> images, Action<RgbImage, TResult>? then, bool isOne, CancellationToken cancellation)
    {
        using var use = _uses.Enter(); // of a disposed one nothing can be asked, not even nothing
        return OrderedParallel.Run(images, image => Attempt(image, then, !isOne, cancellation), _engine.AtOnce, cancellation);
    }

    private Outcome<TResult> Attempt(ImageSource image, Action<RgbImage, TResult>? then, bool isOneOfMany, CancellationToken cancellation)
    {
        using var use = _uses.Enter();
        TResult? result = null;
        try
        {
            using var opened = image.Open(_limits, _engine.TakesSrgb);
            result = _engine.Answer(opened.Image, image.Name, isOneOfMany, cancellation);
            then?.Invoke(opened.Image, result);
            return new(image.Name, result, null);
        }
        catch (Exception e)
        {
            (result as IDisposable)?.Dispose();
            if (e is not (BadImageException or IOException or UnauthorizedAccessException)) throw;
            return new(image.Name, null, e);
        }
    }
}
