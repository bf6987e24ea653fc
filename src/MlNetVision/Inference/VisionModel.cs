using System.Runtime.CompilerServices;
using MlNetVision.Imaging;
using MlNetVision.Onnx;
using MlNetVision.Onnx.Runtime;

namespace MlNetVision.Inference;

/// <summary>
/// A loaded model of one task, without ML.NET (the plain API). Thread-safe. It owns the ONNX Runtime sessions; dispose it at any time:
/// running calls end normally.
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

    /// <summary>How an image is resized to the network's size.</summary>
    public ResizeOptions Resize => _network.Pipeline.Resize;

    /// <summary>The name of the input normalisation.</summary>
    public string Preprocess => _network.Pipeline.Preprocess;

    /// <summary>Notes on what neither the model nor an option states, with the published convention in use: one sentence each.</summary>
    public IReadOnlyList<string> Assumptions => _network.Assumptions;

    /// <summary>
    /// The device that runs the network. Where another than the processor was asked for, this opens it, which the first image does else.
    /// </summary>
    /// <exception cref="BadDeviceException">No device that was asked for works; the message says why, and what ONNX Runtime has.</exception>
    /// <exception cref="ObjectDisposedException">The model is disposed.</exception>
    public Device Device => InUse().Device;

    /// <summary>Where <see cref="Device"/> is not the first of those asked for: why not, in a sentence for the user; else null.</summary>
    /// <inheritdoc cref="Device" path="/exception"/>
    public string? DeviceNote => InUse().Note;

    /// <summary>Runs the model on an image.</summary>
    /// <param name="image">The image: a path, bytes, a stream, an image in memory, …; it is neither changed nor disposed.</param>
    /// <param name="cancellationToken">Stops the network between two layers.</param>
    /// <exception cref="BadImageException">The image cannot be read; the message names it.</exception>
    /// <exception cref="BadModelException">
    /// The network cannot be run on it, or gives values that are not numbers; the message names image and model.
    /// </exception>
    /// <exception cref="BadDeviceException">At the first image: no device that was asked for works.</exception>
    /// <exception cref="OperationCanceledException">The token stopped it.</exception>
    /// <exception cref="ObjectDisposedException">The model is disposed.</exception>
    public TResult Run(ImageSource image, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(image);
        using var use = _uses.Enter();
        using var opened = image.Open(_limits, _engine.TakesSrgb);
        return Process(opened.Image, image.Name, isOneOfMany: false, cancellationToken);
    }

    /// <summary>Runs the model on an image, on the thread pool.</summary>
    /// <inheritdoc cref="Run"/>
    public Task<TResult> RunAsync(ImageSource image, CancellationToken cancellationToken = default) =>
        Task.Run(() => Run(image, cancellationToken), cancellationToken);

    /// <summary>
    /// Runs the model on many images, several concurrently, in order and with few in memory. Whatever goes wrong with one image — it cannot
    /// be read, ONNX Runtime fails on it, the network gives values that are not numbers, memory does not suffice — is the error of its outcome,
    /// and the rest continue. A network that ONNX Runtime refuses, and a device that does not work, end the enumeration.
    /// </summary>
    /// <param name="images">The images; a bounded number is read ahead.</param>
    /// <param name="then">
    /// Work on each image and its result while the image is in memory, such as drawing; called concurrently. Where it cannot read or
    /// write a file, run another model or get memory (<see cref="IOException"/>, <see cref="UnauthorizedAccessException"/>,
    /// <see cref="BadImageException"/>, <see cref="BadModelException"/>, <see cref="OutOfMemoryException"/>), that becomes the outcome's error;
    /// other exceptions end the enumeration. Null: none.
    /// </param>
    /// <param name="cancellationToken">Stops running networks between two layers; images whose network has ended are finished and given.</param>
    /// <returns>An outcome for each image, in order.</returns>
    public async IAsyncEnumerable<Outcome<TResult>> RunManyAsync(
        IAsyncEnumerable<ImageSource> images, Action<RgbImage, TResult>? then = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(images);
        await foreach (var outcome in Many(images, then, isOne: false, cancellationToken).ConfigureAwait(false)) yield return outcome;
    }

    /// <inheritdoc cref="RunManyAsync(IAsyncEnumerable{ImageSource}, Action{RgbImage, TResult}?, CancellationToken)"/>
    public async IAsyncEnumerable<Outcome<TResult>> RunManyAsync(
        IEnumerable<ImageSource> images, Action<RgbImage, TResult>? then = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(images);
        // A single image is fastest with all threads.
        var isOne = images.TryGetNonEnumeratedCount(out var count) && count == 1;
        await foreach (var outcome in Many(images.ToAsyncEnumerable(), then, isOne, cancellationToken).ConfigureAwait(false)) yield return outcome;
    }

    /// <summary>
    /// Runs the model on many image files; see
    /// <see cref="RunManyAsync(IAsyncEnumerable{ImageSource}, Action{RgbImage, TResult}?, CancellationToken)"/>.
    /// </summary>
    /// <inheritdoc cref="RunManyAsync(IAsyncEnumerable{ImageSource}, Action{RgbImage, TResult}?, CancellationToken)"/>
    public IAsyncEnumerable<Outcome<TResult>> RunManyAsync(
        IEnumerable<string> images, Action<RgbImage, TResult>? then = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(images);
        return RunManyAsync(images.Select(ImageSource.FromFileOfMany), then, cancellationToken);
    }

    /// <summary>Frees the ONNX Runtime sessions when the last running call ends; later calls throw <see cref="ObjectDisposedException"/>.</summary>
    public void Dispose()
    {
        _uses.Dispose();
        GC.SuppressFinalize(this);
    }

    private DeviceInUse InUse()
    {
        using var use = _uses.Enter();
        return _engine.Device;
    }

    private IAsyncEnumerable<Outcome<TResult>> Many(
        IAsyncEnumerable<ImageSource> images, Action<RgbImage, TResult>? then, bool isOne, CancellationToken cancellationToken)
    {
        using var use = _uses.Enter(); // throws where the model is disposed, also for an empty list
        if (_engine.Batch > 1) return InBatches(images, then, cancellationToken);
        return OrderedParallel.Run(
            images, image => Attempt(image, then, !isOne, cancellationToken), _engine.AtOnce,
            outcome => (outcome.Result as IDisposable)?.Dispose(), cancellationToken);
    }

    private async IAsyncEnumerable<Outcome<TResult>> InBatches(
        IAsyncEnumerable<ImageSource> images, Action<RgbImage, TResult>? then, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var batches = OrderedParallel.Run(
            images.Chunk(_engine.Batch), batch => AttemptBatch(batch, then, cancellationToken), _engine.AtOnce,
            outcomes => Array.ForEach(outcomes, o => (o.Result as IDisposable)?.Dispose()), cancellationToken);
        await foreach (var outcomes in batches.ConfigureAwait(false))
        {
            foreach (var outcome in outcomes) yield return outcome;
        }
    }

    /// <summary>Runs a batch: images that cannot be opened have their errors, the others go through the network together.</summary>
    private Outcome<TResult>[] AttemptBatch(ImageSource[] images, Action<RgbImage, TResult>? then, CancellationToken cancellationToken)
    {
        using var use = _uses.Enter();
        var outcomes = new Outcome<TResult>?[images.Length];
        var opened = new List<(int Index, ImageSource.Opened Image)>();
        try
        {
            for (var i = 0; i < images.Length; i++)
            {
                try
                {
                    if (images[i] is null) throw new BadImageException("An image of the list is null; expected an image.");
                    opened.Add((i, Open(images[i])));
                }
                catch (Exception e) when (IsOfOneImage(e))
                {
                    outcomes[i] = new(images[i]?.Name ?? "", null, e);
                }
            }
            if (opened.Count > 0) Fill(outcomes, images, opened, then, cancellationToken);
            return outcomes!;
        }
        finally
        {
            opened.ForEach(o => o.Image.Dispose());
        }
    }

    private void Fill(
        Outcome<TResult>?[] outcomes, ImageSource[] images, List<(int Index, ImageSource.Opened Image)> opened, Action<RgbImage, TResult>? then,
        CancellationToken cancellationToken)
    {
        IReadOnlyList<(TResult? Result, Exception? Error)> results;
        try
        {
            results = _engine.ProcessBatch([.. opened.Select(o => (o.Image.Image, images[o.Index].Name))], cancellationToken);
        }
        catch (Exception e) when (IsOfOneImage(e))
        {
            results = [.. opened.Select(_ => ((TResult?)null, (Exception?)e))];
        }
        for (var i = 0; i < opened.Count; i++)
        {
            var ((index, image), (result, error)) = (opened[i], results[i]);
            if (error is not null && !IsOfOneImage(error)) throw error;
            try
            {
                if (result is not null) then?.Invoke(image.Image, result);
            }
            catch (Exception e) when (IsOfOneFile(e))
            {
                (result as IDisposable)?.Dispose();
                (result, error) = (null, e);
            }
            outcomes[index] = new(images[index].Name, result, error is BadModelException bad ? Named(bad, images[index].Name) : error);
        }
    }

    private Outcome<TResult> Attempt(ImageSource image, Action<RgbImage, TResult>? then, bool isOneOfMany, CancellationToken cancellationToken)
    {
        using var use = _uses.Enter();
        if (image is null) return new("", null, new BadImageException("An image of the list is null; expected an image."));
        TResult? result = null;
        try
        {
            using var opened = Open(image);
            result = Process(opened.Image, image.Name, isOneOfMany, cancellationToken);
            then?.Invoke(opened.Image, result);
            return new(image.Name, result, null);
        }
        catch (Exception e)
        {
            (result as IDisposable)?.Dispose();
            if (!(result is null ? IsOfOneImage(e) : IsOfOneFile(e))) throw;
            return new(image.Name, null, e);
        }
    }

    /// <summary>Whether an error before there is a result is one image's alone; what it is does not matter then, it may be a defect of ours.</summary>
    private bool IsOfOneImage(Exception e) => e is not (OperationCanceledException or ObjectDisposedException or BadDeviceException)
        && (_engine.IsOpen || e is not BadModelException);

    private static bool IsOfOneFile(Exception e) =>
        e is BadImageException or BadModelException or IOException or UnauthorizedAccessException or OutOfMemoryException;

    private TResult Process(RgbImage image, string name, bool isOneOfMany, CancellationToken cancellationToken)
    {
        try
        {
            return _engine.Process(image, name, isOneOfMany, cancellationToken);
        }
        catch (BadModelException e) when (_engine.IsOpen)
        {
            throw Named(e, name);
        }
    }

    /// <summary>An error of the model at an image, with the names of both.</summary>
    private BadModelException Named(BadModelException e, string name)
    {
        var model = e.Message.Contains(Model.Name, StringComparison.Ordinal) ? "" : $"{Model.Name}: ";
        return new($"{ImageSource.DisplayName(name)}: {model}{e.Message}", e);
    }

    /// <summary>
    /// An image of many, whose caller may have disposed it or given it a path that is none: that is its own error, not the others'.
    /// </summary>
    private ImageSource.Opened Open(ImageSource image)
    {
        try
        {
            return image.Open(_limits, _engine.TakesSrgb);
        }
        catch (Exception e) when (e is ObjectDisposedException or InvalidOperationException or ArgumentException or NotSupportedException)
        {
            throw new BadImageException($"{image}: cannot be opened: {e.Message}", e);
        }
    }
}

/// <summary>The outcome for one image of many: a result or an error.</summary>
/// <typeparam name="TResult">The result of the task, such as <see cref="Detection.DetectionResult"/>.</typeparam>
/// <param name="Image">The path of the image, or the name that the caller gave.</param>
/// <param name="Result">The result; the caller disposes a disposable one. Null where the image failed.</param>
/// <param name="Error">The error; null where the image did not fail.</param>
public sealed record Outcome<TResult>(string Image, TResult? Result, Exception? Error) where TResult : class;
